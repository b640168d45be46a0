# What notebook 9 prints whatever the machine, and which statements of the texts it shows.
@{
    Lines = @(
        'rows = 3: ESTABLISHED, ESTABLISHED, LISTEN'
        'Recv-Q of the server = 5'
        'Send-Q of the client = 0'
        'Recv-Q of the server has more: True'
        'Send-Q of the client has some: True'
        'after -Reset: 0 rows of the client'
        'waiting = 2, backlog = 5'
        'waiting = 0 after accept'
        'client FIN_WAIT_2, server CLOSE_WAIT'
        'client TIME_WAIT, server has a row: False'
        'seconds left: (60|5\d)'
        'UDP: UNCONN, ESTABLISHED'
        'port owned by this process: True'
        'descriptor: True'
        'bind: EADDRINUSE'
        'it is held by: this session'
        'unix LISTEN, nb9-\d+'
        'counted: ActiveOpens, AttemptFails, OutRsts'
        'TCP_INFO says ESTABLISHED'
        'left open: 0 sockets, 0 listeners'
    )
    Solution = @('^ *\d+ +0 +1 *$')
    Displays = @()
    Statements = @(
        @{ Text = 2; Statement = 'netstat shows the network connections and their state'; Cell = 'A connection has two rows' }
        @{ Text = 2; Statement = 'Proto is TCP or UDP; Local Address and Foreign Address are the two ends'; Cell = 'A connection has two rows' }
        @{ Text = 2; Statement = 'Recv-Q and Send-Q are queues and should be 0 (corrected: not for a busy connection, and a listener has other numbers there)'; Cell = 'Queues' }
        @{ Text = 2; Statement = 'LISTEN waits for connections, ESTABLISHED is an active one'; Cell = 'A connection has two rows' }
        @{ Text = 2; Statement = 'TIME_WAIT is a connection that has just ended, for 1 to 2 minutes, then LISTEN (corrected: then CLOSED, on the side that closed first)'; Cell = 'States, one after another' }
        @{ Text = 2; Statement = 'UDP has no states, so the column is empty'; Cell = 'UDP has no states' }
        @{ Text = 2; Statement = 'netstat -a, --inet -a, -n, -v, -p and -s'; Cell = 'Two lists' }
        @{ Text = 2; Statement = 'netstat -s shows what the protocols have counted'; Cell = 'Counters' }
        @{ Text = 3; Statement = 'A connection is known by the addresses of its two ends, the socket pair'; Cell = 'A connection has two rows' }
        @{ Text = 1; Statement = 'listen makes a queue for connections that come in'; Cell = 'The queues of a listener' }
        @{ Text = 5; Statement = 'A socket is CLOSED at first, and LISTEN after listen()'; Cell = 'States, one after another' }
        @{ Text = 5; Statement = 'A port number tells the programs of one machine apart'; Cell = 'Find the process' }
    )
}
