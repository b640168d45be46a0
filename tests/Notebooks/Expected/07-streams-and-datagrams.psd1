# What notebook 7 prints, and which statements of the five texts its cells show.
@{
    Lines      = @(
        'one read gives: onetwothree'
        'first: abcd'
        'then: ef'
        'messages: one \| two \| three'
        'the same checksum: True'
        'lengths: 3, 3, 0, 5'
        'the sender is the socket: True'
        'answer: got one'
        "got 'a long', truncated: True"
        'the next read gives: next'
        'sent 65507, received 65507'
        'one more: EMSGSIZE'
        'sent: 200, lost some: True'
        'the first one came: True'
        'what came is in order: True'
        'received \d+, dropped \d+, together 200'
        'stream: EWOULDBLOCK when the buffers are full'
        'and nothing was lost: True'
        'udp: BEFORE'
        'udp: AFTER THE RESTART'
        'end of the stream: True'
        'tcp: connected again'
        'not connected: ETIMEDOUT'
        'connected: ECONNREFUSED'
        '239\.255\.97\.34: to the group'
        'first read: one'
        'left open: 0 sockets, 0 listeners'
    )
    Solution   = @('missing: 13, 31')
    Displays   = @()
    Statements = @(
        @{ Text = 1; Statement = 'A stream is ordered, reliable, in both directions; nothing is lost, doubled or mixed up'; Cell = 'Ten megabytes, in order' }
        @{ Text = 1; Statement = 'Large messages are cut, carried and put together'; Cell = 'Ten megabytes, in order' }
        @{ Text = 1; Statement = 'A datagram server keeps nothing of a connection, so its restart does not disturb the client'; Cell = 'A server that restarts unnoticed' }
        @{ Text = 2; Statement = 'Datagrams are unordered and unreliable'; Cell = 'Loss' }
        @{ Text = 2; Statement = 'A datagram server can stop and start without its clients'; Cell = 'A server that restarts unnoticed' }
        @{ Text = 5; Statement = 'Data of a stream does not vanish and keeps its order'; Cell = 'Ten megabytes, in order' }
        @{ Text = 5; Statement = 'A stream has no boundaries'; Cell = 'A stream has no boundaries' }
        @{ Text = 5; Statement = 'A datagram has boundaries; sending and receiving are synchronous (corrected)'; Cell = 'A datagram is a message by itself' }
        @{ Text = 5; Statement = 'The size of one datagram is limited'; Cell = 'A datagram is a message by itself' }
        @{ Text = 5; Statement = 'Datagrams can be lost or damaged, without repair; no checks are made (corrected: checksum)'; Cell = 'Loss' }
        @{ Text = 5; Statement = 'The sender of a datagram does not hear that it was lost'; Cell = 'And when the server stays away?' }
        @{ Text = 5; Statement = 'TCP for HTTP and FTP, UDP for DNS, speech and pictures'; Cell = 'Between the two' }
        @{ Text = 3; Statement = 'A stream is reliable: what was sent arrives, in the order of its sending'; Cell = 'Ten megabytes, in order' }
        @{ Text = 1; Statement = 'A datagram costs little: nothing is set up and nothing kept'; Cell = 'Between the two' }
        @{ Text = 5; Statement = 'Each of the two has its strong side'; Cell = 'Between the two' }
    )
}
