@{
    Lines = @(
        "before connect: ''"
        "after connect:  '127\.0\.0\.1:\d+'"
        'char from server = B'
        '\(127\.0\.0\.1:\d+, 127\.0\.0\.1:\d+\)   as the server sees it'
        'one connection: True'
        'ports at the server: 1'
        'ports of clients:    2'
        'clients get ports from \d+ to \d+ here'
        'asked for port 0, got one from the range: True'
        'EADDRINUSE,SocketTools\.Commands\.StartSocketListenerCommand'
        'EISCONN,SocketTools\.Commands\.ConnectSocketCommand'
        'ECONNREFUSED,SocketTools\.Commands\.ConnectSocketCommand'
        'got A from the client at 127\.0\.0\.1:\d+|No C compiler is here'
        'server waiting at port \d+|No C compiler is here'
        'left open: 0 sockets, 0 listeners'
    )
    Solution = @('told (\S+), own \1, equal: True')
    Displays = @('image/svg+xml')
    Statements = @(
        @{ Text = 1; Statement = 'A network socket is named by an identifier of the service, the port, by which the kernel brings connections to the right server process'; Cell = 'Another address, the same calls' }
        @{ Text = 1; Statement = 'AF_INET: IP address and port; each service has a port'; Cell = 'Another address, the same calls' }
        @{ Text = 1; Statement = 'Clients and servers can be on different machines'; Cell = 'From machine to machine' }
        @{ Text = 2; Statement = 'Web servers use port 80, so a browser knows it'; Cell = 'Well-known ports' }
        @{ Text = 2; Statement = 'Well-known services have the same port on all Unix machines, usually below 1024'; Cell = 'Get-SocketService ftp, ssh, smtp, domain, http, https' }
        @{ Text = 2; Statement = 'Errors of connect: EBADF, EALREADY, ETIMEDOUT, ECONNREFUSED'; Cell = 'When it goes wrong' }
        @{ Text = 2; Statement = 'server3 and client3: port 9734, INADDR_ANY, 127.0.0.1'; Cell = 'Another address, the same calls' }
        @{ Text = 2; Statement = 'The C programs client3 and server3 talk to each other'; Cell = 'A client in C' }
        @{ Text = 3; Statement = 'A socket address is IP address and 16-bit port, written address:port'; Cell = 'Another address, the same calls' }
        @{ Text = 3; Statement = 'The client gets an ephemeral port from the kernel'; Cell = 'The client gets a port too' }
        @{ Text = 3; Statement = 'The server usually has a well-known port: 80 web, 25 mail; /etc/services lists them'; Cell = 'Well-known ports' }
        @{ Text = 3; Statement = 'The socket pair (cliaddr:cliport, servaddr:servport) names a connection'; Cell = 'The socket pair' }
        @{ Text = 4; Statement = 'A connection is determined by its socket pair'; Cell = 'The socket pair' }
        @{ Text = 4; Statement = 'The kernel gives an ephemeral port when connect or listen is called without bind'; Cell = 'The client gets a port too' }
        @{ Text = 5; Statement = 'Sockets let two computers of a network exchange data'; Cell = 'From machine to machine' }
        @{ Text = 5; Statement = 'An IP address finds the computer; a port tells its programs apart'; Cell = 'Another address, the same calls' }
    )
}
