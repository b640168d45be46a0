using System;
using System.Management.Automation;
using SocketTools.Calls;
using SocketTools.Hosts;

namespace SocketTools.Internal;

/// <summary>Runs when the module is imported.</summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer
{
    /// <summary>
    /// Opens now the one descriptor that waiting needs, so that a script that counts its descriptors finds as many after as before. Shows itself to a notebook host.
    /// </summary>
    public void OnImport()
    {
        if (!OperatingSystem.IsWindows())
        {
            WakeDescriptor.Prepare();
        }

        InteractiveHost.RegisterFormats();
    }
}
