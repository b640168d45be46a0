using System;

namespace SocketTools.Capture;

/// <summary>Why there is no capture, and what there is in its place.</summary>
internal static class CaptureErrors
{
    /// <summary>What shows the same without a privilege.</summary>
    public const string OtherWays =
        "Without it, ConvertTo-SocketSequence -Sample shows a recording that comes with the module, and Connect-Socket -RecordTo writes down what a channel sends and receives.";

    /// <summary>The process may not capture.</summary>
    public static SocketCallException NotPermitted(Errno errno, object target) =>
        new("socket", errno, target, "Capturing needs the capability CAP_NET_RAW, which this process does not have")
        {
            Advice = $"Run it as root (sudo pwsh), or give the program the capability: sudo setcap cap_net_raw+ep '{Environment.ProcessPath ?? "pwsh"}', and start it again. {OtherWays}",
        };

    /// <summary>The system has no way to capture that is known here.</summary>
    public static SocketCallException NotLinux(object target) =>
        new("socket", Errno.EAFNOSUPPORT, target, "Capturing needs AF_PACKET, which only Linux has") { Advice = OtherWays };
}
