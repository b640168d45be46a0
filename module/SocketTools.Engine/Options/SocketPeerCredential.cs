namespace SocketTools;

/// <summary>Who connected, or made the pair, at the other end of a Unix socket: as it was at that moment (SO_PEERCRED, unix(7)).</summary>
/// <param name="ProcessId">Process, in our namespace; 0 where it is not visible, or the platform does not tell.</param>
/// <param name="UserId">Effective user.</param>
/// <param name="GroupId">Effective group.</param>
/// <param name="UserName">The user's name, or null where this system knows none.</param>
public sealed record SocketPeerCredential(int ProcessId, uint UserId, uint GroupId, string? UserName)
{
    /// <inheritdoc/>
    public override string ToString() => $"pid {ProcessId}, uid {UserId}{(UserName is null ? "" : $" ({UserName})")}, gid {GroupId}";
}
