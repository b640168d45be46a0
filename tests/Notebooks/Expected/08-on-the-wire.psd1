# What notebook 8 prints, and which statements of the five texts its cells show.
@{
    Lines      = @(
        'char from server = B'
        'the server reads the end: True'
        'packets: \d+'
        '67 bytes on the wire for 1'
        'MAC: 00:00:00:00:00:00 to 00:00:00:00:00:00'
        'IP: 127\.0\.0\.1 to 127\.0\.0\.1'
        'port: \d+ to \d+'
        '^SYN$'
        '^SYN, ACK$'
        '^ACK$'
        'the client begins with \d+, the server with \d+'
        'Ack of the second - Seq of the first = 1'
        'Ack of the third - Seq of the second = 1'
        '^data: (\d+) bytes, Ack - Seq = \1$'
        'FIN, ACK from port \d+'
        'opening: ThreeWayHandshake, closing: FourWay'
        'closed first: Client'
        'at last: client TIME_WAIT, server CLOSED'
        'connect: ECONNREFUSED'
        '^RST, ACK$'
        'the first: UDP, header of 8 bytes'
        'the client reads the end: True'
        "the server's port: TIME_WAIT, process: none"
        'without SO_REUSEADDR: EADDRINUSE'
        'with SO_REUSEADDR: Listening'
        'left open: 0 sockets, 0 listeners'
        'captures: 0'
    )
    Solution   = @('closed first: Client, closing: ThreeWay')
    Displays   = @('image/svg+xml')
    Statements = @(
        @{ Text = 2; Statement = 'close ends the connection on both sides'; Cell = 'The four-way close' }
        @{ Text = 2; Statement = 'TIME_WAIT lasts one or two minutes and becomes LISTEN (corrected: CLOSED, on the side that closed first)'; Cell = 'TIME_WAIT' }
        @{ Text = 2; Statement = 'ECONNREFUSED: the request was refused by the server'; Cell = 'Refused' }
        @{ Text = 5; Statement = 'OSI has seven layers, each with its own work'; Cell = 'The layers' }
        @{ Text = 5; Statement = 'Same layers talk with each other; each uses the one below; none is skipped'; Cell = 'The layers' }
        @{ Text = 5; Statement = 'An IP address names a machine or a network'; Cell = 'Who is meant: MAC, IP and port' }
        @{ Text = 5; Statement = 'A MAC address is fixed and unique (corrected)'; Cell = 'Who is meant: MAC, IP and port' }
        @{ Text = 5; Statement = 'A port tells the programs of a machine apart'; Cell = 'Who is meant: MAC, IP and port' }
        @{ Text = 5; Statement = 'A segment has Seq and Ack, of 32 bits each'; Cell = 'The TCP segment' }
        @{ Text = 5; Statement = 'Six flags: URG, ACK, PSH, RST, SYN, FIN (corrected: eight today; PSH is no boundary)'; Cell = 'The TCP segment' }
        @{ Text = 5; Statement = 'Ack = Seq + 1 (corrected: the next byte expected)'; Cell = 'What an acknowledgement number is' }
        @{ Text = 5; Statement = 'Three-way handshake: SYN, SYN and ACK, ACK; each side confirms the number of the other'; Cell = 'The three-way handshake' }
        @{ Text = 5; Statement = 'Four segments close a connection'; Cell = 'The four-way close' }
        @{ Text = 5; Statement = 'Data is acknowledged, and sent again when it is lost'; Cell = 'Other connections' }
        @{ Text = 5; Statement = 'UDP has no handshake, no close and no acknowledgement'; Cell = 'A datagram' }
        @{ Text = 5; Statement = 'UDP only throws its data onto the network, unchecked (corrected: checksum)'; Cell = 'A datagram' }
        @{ Text = 5; Statement = 'Switches and routers of a network know its MAC addresses (corrected: a router goes by the IP address)'; Cell = 'Who is meant: MAC, IP and port' }
    )
}
