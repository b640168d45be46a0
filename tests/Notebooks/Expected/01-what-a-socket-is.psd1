@{
    Lines = @(
        'all different: True'
        'IPPROTO_TCP +6 +True'
        '^with 0: tcp, with IPPROTO_TCP: tcp$'
        '^the datagram socket: udp$'
        '^(EPROTONOSUPPORT|EPROTOTYPE|ESOCKTNOSUPPORT),SocketTools\.Commands\.NewSocketCommand'
        'right received: ping'
        'left received: pong'
        'written as to a file'
        'file: True, socket: False'
        'sent: descriptor \d+, received: descriptor \d+'
        'the same socket behind both: True'
        'EBADF,SocketTools\.Commands\.SendSocketTextCommand'
        'left open: 0 sockets, 0 listeners'
    )
    Solution = @('SOCK_STREAM is descriptor \d+', 'SOCK_RDM is ESOCKTNOSUPPORT')
    Displays = @()
    Statements = @(
        @{ Text = 1; Statement = 'Sockets are a way for processes to communicate that does not end at the machine; an extension of the idea of a pipe'; Cell = 'Why there are sockets' }
        @{ Text = 1; Statement = 'Processes of one machine can use sockets too'; Cell = 'Two ends' }
        @{ Text = 1; Statement = 'Windows has the socket interface'; Cell = 'Why there are sockets' }
        @{ Text = 1; Statement = 'socket() gives something like a file descriptor; it cannot be shared (corrected: it can)'; Cell = 'A socket can be shared' }
        @{ Text = 1; Statement = 'Three attributes: domain, type, protocol'; Cell = 'Three attributes: domain, type, protocol' }
        @{ Text = 1; Statement = 'The domain gives the medium and the form of addresses: AF_INET, AF_UNIX'; Cell = 'Get-SocketAddressFamily AF_UNIX, AF_INET, AF_INET6' }
        @{ Text = 1; Statement = 'Stream sockets: ordered, reliable, both ways; datagram sockets: no connection'; Cell = 'Get-SocketType SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_RAW' }
        @{ Text = 1; Statement = 'The protocol is usually 0, the default'; Cell = '$named = New-Socket AF_INET SOCK_STREAM IPPROTO_TCP' }
        @{ Text = 2; Statement = 'The other IPC mechanisms share resources of one machine; Berkeley Unix brought the socket interface; services and tools of a network use it'; Cell = 'Why there are sockets' }
        @{ Text = 2; Statement = 'Other domains: AF_ISO, AF_XNS'; Cell = '$families = Get-SocketAddressFamily' }
        @{ Text = 2; Statement = 'close() ends a socket as it does a file'; Cell = 'Close' }
        @{ Text = 3; Statement = 'The socket interface is a set of functions that the operating system provides, used with Unix I/O'; Cell = 'Why there are sockets' }
        @{ Text = 3; Statement = 'A connection is point to point and full-duplex'; Cell = 'Two ends' }
        @{ Text = 3; Statement = 'To a program a socket is an open file with a descriptor; 0 to 2 are the standard files'; Cell = 'Everything is a file' }
        @{ Text = 4; Statement = 'Everything is a file: open, read and write, close'; Cell = 'Everything is a file' }
        @{ Text = 4; Statement = 'socket(domain, type, protocol); a new socket has no address; protocol 0 takes the default of the type'; Cell = 'The first socket' }
        @{ Text = 5; Statement = 'The return value of socket() is a file descriptor, used with read() and write()'; Cell = '$writer = [IO.StreamWriter]::new($left.Stream)' }
        @{ Text = 5; Statement = 'Kinds of sockets: Internet, Unix, X.25'; Cell = '$families = Get-SocketAddressFamily' }
        @{ Text = 5; Statement = 'SOCK_STREAM uses TCP, SOCK_DGRAM uses UDP'; Cell = '$named = New-Socket AF_INET SOCK_STREAM IPPROTO_TCP' }
        @{ Text = 2; Statement = 'More than one protocol may fit a type of socket, and one can be chosen'; Cell = 'Get-SocketProtocol IPPROTO_TCP' }
        @{ Text = 4; Statement = 'Families: AF_INET, AF_INET6, AF_LOCAL or AF_UNIX, AF_ROUTE'; Cell = 'Three attributes: domain, type, protocol' }
        @{ Text = 4; Statement = 'Types: SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, SOCK_PACKET (out of date)'; Cell = 'Get-SocketType SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_RAW' }
        @{ Text = 4; Statement = 'Protocols: TCP, UDP, SCTP, TIPC (corrected: TIPC is a family of its own)'; Cell = 'Get-SocketProtocol IPPROTO_TCP' }
    )
}
