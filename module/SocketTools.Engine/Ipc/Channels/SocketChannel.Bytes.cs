namespace SocketTools;

public sealed partial class SocketChannel : IByteChannel;
