using System;
using System.Collections.Generic;
using System.IO;
using Microsoft.Win32.SafeHandles;
using SocketTools;
using SocketTools.Ipc.Measuring;

namespace SocketTools.Tests.Ipc;

/// <summary>Runs in a process of its own, which has a low limit of descriptors.</summary>
internal static class PairsWithoutDescriptors
{
    private const int Most = 9;

    public static int Run()
    {
        int failed = 0;
        int left = 0;
        foreach (IpcMechanism mechanism in Enum.GetValues<IpcMechanism>())
        {
            TryMake(mechanism); // What the runtime opens once.
            for (int free = 0; free < Most; free++)
            {
                List<SafeFileHandle> all = TakeAll();
                for (int i = 0; i < free; i++)
                {
                    all[^(i + 1)].Dispose();
                }

                failed += TryMake(mechanism) ? 0 : 1;
                List<SafeFileHandle> rest = TakeAll();
                left += free - rest.Count;
                rest.ForEach(static h => h.Dispose());
                all.ForEach(static h => h.Dispose());
            }
        }

        Console.WriteLine($"failed {failed}, left {left}");
        return 0;
    }

    private static bool TryMake(IpcMechanism mechanism)
    {
        try
        {
            (int[] here, int[] there) = MeasuredPair.Create(mechanism, 64);
            MeasuredPair.Close(here);
            MeasuredPair.Close(there);
            return true;
        }
        catch (Exception e) when (e is SocketCallException or IOException or System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static List<SafeFileHandle> TakeAll()
    {
        List<SafeFileHandle> taken = [];
        while (true)
        {
            try
            {
                taken.Add(File.OpenHandle("/dev/null"));
            }
            catch (IOException)
            {
                return taken;
            }
        }
    }
}
