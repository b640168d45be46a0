# What notebook 6 prints, and which statements of the five texts its cells show.
@{
    Lines      = @(
        'ready: 1, it is bob: True'
        '^readable: True'
        'bob again: True'
        'text: hello from bob'
        'then: ETIMEDOUT'
        'it is ann: True, readable: True'
        'nothing came: True, end of the stream: True'
        'send at last: EWOULDBLOCK'
        'writable: no, ETIMEDOUT'
        'all read: True'
        'before: 3'
        'after: 1, it is the second: True'
        'ready: 1 of 150, number 137'
        '100 sockets by poll: [\d.,]+ microseconds for a wait'
        '150 sockets by epoll: [\d.,]+ microseconds for a wait'
        'clients: 3'
        'bob reads: hello, this is ann'
        'eve reads: hello, this is ann'
        'ann reads: eve types'
        'ann reads: I am still typing'
        'clients: 2'
        'bob reads: is eve there'
        'left open: 0 sockets, 0 listeners'
    )
    Solution   = @('char from server = B', 'char from server = I', 'char from server = Z')
    Displays   = @()
    Statements = @(
        @{ Text = 2; Statement = 'Servers with many clients use select, poll and epoll'; Cell = 'select' }
        @{ Text = 2; Statement = 'select looks at a set of descriptors'; Cell = 'select' }
        @{ Text = 2; Statement = 'poll takes an array of descriptors and events'; Cell = 'poll' }
        @{ Text = 2; Statement = 'epoll keeps the list in the kernel'; Cell = 'epoll' }
        @{ Text = 3; Statement = 'A concurrent server handles the requests of several clients at a time'; Cell = 'The chat server' }
    )
}
