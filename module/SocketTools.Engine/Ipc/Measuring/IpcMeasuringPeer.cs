using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;
using SocketTools.Ipc.Measuring;

namespace SocketTools;

/// <summary>The second process of a measurement. For Measure-IpcChannel only, which starts it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class IpcMeasuringPeer
{
    /// <summary>Does what the first process says over a socket that was inherited, until that ends.</summary>
    /// <param name="descriptor">The socket's number.</param>
    public static void Run(int descriptor)
    {
        MeasuringControl control = new(descriptor);
        control.SetInherited(false);

        // The terminal sends Ctrl+C to this process too; the first one decides what it means.
        using IDisposable? interrupts = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGINT, static signal => signal.Cancel = true);
        Thread watch = new(() =>
        {
            control.WaitForEnd();
            EndProcess();
        })
        {
            IsBackground = true,
            Name = "IpcMeasuringPeer",
        };
        watch.Start();
        Serve(control);
    }

    private static MeasuringOrder Began(MeasuringOrder order) => order with { Number = 0 };

    // It may sit in a call that nobody will ever end.
    private static void EndProcess()
    {
        const int Milliseconds = 1000;
        using Timer last = new(static _ => Process.GetCurrentProcess().Kill(), null, Milliseconds, Timeout.Infinite);
        Environment.Exit(0);
    }

    private static void Serve(MeasuringControl control)
    {
        MeasuredEnd? end = null;
        var allowed = ProcessorChoice.Allowed();
        MeasuringOrder order = default; // The first answer says that this process is there.
        Span<int> descriptors = stackalloc int[2];
        while (true)
        {
            control.Send(order);
            order = control.Receive(descriptors, out int received);
            try
            {
                switch (order.Action)
                {
                    case MeasuringAction.Open:
                        end?.Dispose();
                        end = null; // Opening may fail.
                        if (allowed.Count > 0)
                        {
                            ProcessorChoice.Stay(order.Number, allowed);
                        }

                        end = MeasuredEnd.Open(order.Mechanism, order.Size, first: false, descriptors[..received]);
                        break;
                    case MeasuringAction.Echo:
                        control.Send(Began(order));
                        end!.Echo(order.Count);
                        break;
                    case MeasuringAction.Consume:
                        control.Send(Began(order));
                        end!.Consume(order.Count);
                        break;
                    default:
                        end?.Dispose();
                        return;
                }

                order.Number = 0;
            }
            catch (SocketCallException e)
            {
                order.Number = (int)e.Errno;
            }
        }
    }
}
