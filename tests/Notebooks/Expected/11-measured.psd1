# What notebook 11 prints whatever the machine, and which statements of the texts it shows. Ratios are the machine's own.
@{
    Lines = @(
        'measured: 9 mechanisms'
        'Pipe +64 bytes'
        'Fifo +64 bytes'
        'Unix +64 bytes'
        'UnixDatagram +64 bytes'
        'Tcp +64 bytes'
        'Udp +64 bytes'
        'MessageQueue +64 bytes'
        'SharedMemory +64 bytes'
        'EventFd +8 bytes'
        'bars in the chart = 9'
        'left out: Udp, MessageQueue'
        'because: EMSGSIZE'
        'a Unix socket moves more bytes a second in large messages: True'
        'left open: 0 sockets, 0 listeners'
        'left in the kernel: 0 with a name'
    )
    Solution = @('^Pipe +64 bytes', '^Unix +64 bytes', '^ +16384 bytes')
    Displays = @('image/svg+xml')
    Statements = @(
        @{ Text = 2; Statement = 'Shared memory is the fastest mechanism (corrected: only with cheap synchronisation beside it)'; Cell = 'Read it' }
        @{ Text = 2; Statement = 'Shared memory is used together with semaphores or the like'; Cell = 'Read it' }
        @{ Text = 2; Statement = 'Each mechanism has its use: pipe, FIFO, semaphore, signal, shared memory, message queue, socket'; Cell = 'When to choose which' }
        @{ Text = 2; Statement = 'Message queues and pipes have limits, such as the length of a message (as a datagram has)'; Cell = 'Large messages' }
        @{ Text = 5; Statement = 'UDP is often more efficient than TCP (measure: on the loopback it need not be)'; Cell = 'The chart of your machine' }
        @{ Text = 5; Statement = 'A datagram has a largest size'; Cell = 'Large messages' }
    )
}
