# What notebook 5 prints, and which statements of the five texts its cells show.
@{
    Lines      = @(
        'same port: True'
        'same descriptor: False'
        'types: Stream and Stream'
        'send on the listening socket: EPIPE'
        'accept on the connected socket: EINVAL'
        'the listener is Listening and has accepted 2'
        'client: Connected, sent: 1 byte'
        'accepted by the server: 0'
        'client 2: connected'
        'client 3: ETIMEDOUT'
        'client 4: ETIMEDOUT'
        'LISTEN: 2 waiting, backlog 1'
        'the first one in line had sent: A'
        'the next client: Connected'
        '2 clients wait, the next one: EWOULDBLOCK'
        'the file is gone: True'
        'accept: EWOULDBLOCK'
        'listening socket non-blocking: True'
        'connected socket non-blocking: False'
        'the second client: Connected, ETIMEDOUT'
        'char from server = Y for the first'
        'char from server = B for the second'
        'char from server = B, while the first client is silent'
        'accepted: 2'
        '1 at a time: \d+\.\d s'
        '3 at a time: \d+\.\d s'
        'left open: 0 sockets, 0 listeners'
    )
    Solution   = @('accepted 3, then EWOULDBLOCK')
    Displays   = @()
    Statements = @(
        @{ Text = 1; Statement = 'accept makes a new socket for one client; the named one goes on'; Cell = 'Two kinds of descriptor' }
        @{ Text = 1; Statement = 'A socket cannot be shared with another process (corrected)'; Cell = 'A concurrent server' }
        @{ Text = 1; Statement = 'listen makes a queue for connections that come in'; Cell = 'The backlog' }
        @{ Text = 2; Statement = 'listen sets how many may wait; more are refused (corrected)'; Cell = 'The backlog' }
        @{ Text = 2; Statement = 'accept gives a socket of the type of the listening one'; Cell = 'Two kinds of descriptor' }
        @{ Text = 2; Statement = 'accept waits when nobody is in the queue'; Cell = 'An accept that does not wait' }
        @{ Text = 2; Statement = 'With O_NONBLOCK accept says EWOULDBLOCK; a signal is EINTR'; Cell = 'An accept that does not wait' }
        @{ Text = 2; Statement = 'The flag is set by fcntl, and set back to 0 (corrected: F_SETFL, other flags kept)'; Cell = 'An accept that does not wait' }
        @{ Text = 2; Statement = 'Recv-Q and Send-Q should be 0 (corrected for LISTEN)'; Cell = 'The backlog' }
        @{ Text = 3; Statement = 'The listening descriptor is made once and lives as long as the server'; Cell = 'Two kinds of descriptor' }
        @{ Text = 3; Statement = 'The connected descriptor is made for each connection and lives as long as it is served'; Cell = 'What each of them can do' }
        @{ Text = 3; Statement = 'An iterative server serves one client at a time'; Cell = 'An iterative server' }
        @{ Text = 3; Statement = 'A concurrent server serves many; the two kinds of descriptor make it possible, with fork'; Cell = 'A concurrent server' }
        @{ Text = 1; Statement = 'accept makes the server wait until a client connects'; Cell = 'An accept that does not wait' }
    )
}
