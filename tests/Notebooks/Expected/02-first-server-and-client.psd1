@{
    Lines = @(
        'the server read 65, which is A'
        'char from server = B'
        'end of stream: True'
        'size of server_socket: 0'
        'second client got y, connections accepted: 2'
        'server_socket is there: False'
        'ENOENT,SocketTools\.Commands\.ConnectSocketCommand'
        'ECONNREFUSED,SocketTools\.Commands\.ConnectSocketCommand'
        '^the first server: Listening$'
        'EADDRINUSE,SocketTools\.Commands\.StartSocketListenerCommand'
        '107 characters: 110 bytes'
        '108 characters: ENAMETOOLONG'
        'sent Y, char from server = Z'
        '^IBM'
        'left open: 0 sockets, 0 listeners'
    )
    Solution = @('^FIRST$', '^SECOND$')
    Displays = @()
    Statements = @(
        @{ Text = 1; Statement = 'Server: socket, bind, listen, accept; accept makes a new socket for this client, and the named one goes on to wait'; Cell = 'The server: accept' }
        @{ Text = 1; Statement = 'The name of a local socket is a file name, often below /tmp'; Cell = 'Names: relative, long, abstract' }
        @{ Text = 1; Statement = 'listen makes a queue for connections that come in'; Cell = 'The server: listen' }
        @{ Text = 1; Statement = 'Client: socket without a name, connect with the name of the server as address'; Cell = 'The client: socket and connect' }
        @{ Text = 1; Statement = 'Once connected, both read and write as with a file descriptor'; Cell = 'Read, add one, write' }
        @{ Text = 1; Statement = 'AF_UNIX works by file input and output, and its address is an absolute path (corrected: neither)'; Cell = '"size of server_socket: $((Get-Item server_socket).Length)"' }
        @{ Text = 1; Statement = 'The example: A is sent, B comes back; the server waits for the next'; Cell = 'Read, add one, write' }
        @{ Text = 1; Statement = 'unlink before bind; connect that fails is reported with perror'; Cell = 'When it goes wrong' }
        @{ Text = 2; Statement = 'The same steps for server and client, and close at the end'; Cell = 'The plan' }
        @{ Text = 2; Statement = 'bind gives an address to an unnamed socket; for AF_UNIX a path; struct sockaddr_un'; Cell = 'The server: socket and bind' }
        @{ Text = 2; Statement = 'bind, listen and connect give 0, or -1 and errno; ECONNREFUSED'; Cell = 'When it goes wrong' }
        @{ Text = 2; Statement = 'server1 and client1'; Cell = 'The same in one line' }
        @{ Text = 3; Statement = 'Listening and connected descriptor: one lives as long as the server, one is made for each client'; Cell = 'The next client' }
        @{ Text = 3; Statement = 'accept waits on the listening descriptor, and gives the connected one'; Cell = 'The server: accept' }
        @{ Text = 4; Statement = 'bind(fd, address, length)'; Cell = 'The server: socket and bind' }
        @{ Text = 2; Statement = 'The address that accept fills in may be NULL for somebody who does not ask'; Cell = 'The server: accept' }
    )
}
