using Xunit;

namespace SocketTools.Tests;

/// <summary>For tests that count descriptors, measure time or change the process: no other test runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
