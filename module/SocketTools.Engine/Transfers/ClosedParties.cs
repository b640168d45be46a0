using System.Collections.Generic;

namespace SocketTools.Transfers;

/// <summary>The channels closed last, so that what they sent is still known to those who receive it. Safe from any thread.</summary>
internal static class ClosedParties
{
    private const int Kept = 16;

    private static readonly Queue<TransferParty> s_parties = new(Kept);

    public static void Add(TransferParty party)
    {
        lock (s_parties)
        {
            if (s_parties.Count == Kept)
            {
                s_parties.Dequeue();
            }

            s_parties.Enqueue(party);
        }
    }

    /// <summary>A copy, from the one closed first.</summary>
    public static TransferParty[] All()
    {
        lock (s_parties)
        {
            return s_parties.ToArray();
        }
    }
}
