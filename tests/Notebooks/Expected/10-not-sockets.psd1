# What notebook 10 prints on Linux, and which statements of the texts it shows.
@{
    Lines = @(
        'pipe: char from server = B'
        'write to a reader: EBADF'
        'cat read: no relative'
        'FIFO: char from server = B'
        'mode of the file: prw-------, its length: 0'
        'the file is still there: False'
        'NamedPipeServerStream is: unix LISTEN'
        'signal: char from server = B'
        'it came from the process that was started: True'
        'SIGUSR1 sent by Kill, process known'
        'values that came: 1, 2, 3'
        'semaphore: the answer came, and 66 unlocks in all = B'
        'second lock: EWOULDBLOCK'
        'count after the unlock = 1'
        'shared memory: char from server = B'
        'left after closing: 0'
        'waiting before the server has started = 1'
        'message queue: char from server = B'
        'order: urgent, first, second'
        'pipe-max-size +\d+'
        'msg_max +\d+'
        'socket: char from server = B'
        'left open: 0 sockets, 0 listeners'
        'left in the kernel: 0 with a name'
    )
    Solution = @('1 block of 6 bytes, end of stream: True')
    Displays = @()
    Statements = @(
        @{ Text = 1; Statement = 'Sockets are one way for processes to talk, beside shared memory and message queues'; Cell = 'Side by side' }
        @{ Text = 1; Statement = 'Sockets are an extension of the idea of pipes'; Cell = 'And the socket' }
        @{ Text = 1; Statement = 'Processes of one machine can use sockets as well'; Cell = 'And the socket' }
        @{ Text = 2; Statement = 'The other mechanisms share resources of one machine: the file system, memory, queues'; Cell = 'Side by side' }
        @{ Text = 2; Statement = 'A pipe is half-duplex, for related processes only (corrected: a descriptor can be passed to anyone)'; Cell = 'Pipe' }
        @{ Text = 2; Statement = 'A named pipe is half-duplex and lets unrelated processes talk (and what .NET calls one is a Unix domain socket)'; Cell = 'FIFO, a pipe with a name' }
        @{ Text = 2; Statement = 'A semaphore is a counter that guards a shared resource, as a lock'; Cell = 'Semaphore' }
        @{ Text = 2; Statement = 'A signal tells a process that an event has happened (it can also carry a value and a sender)'; Cell = 'Signal' }
        @{ Text = 2; Statement = 'Shared memory is memory that several processes can access; it stands beside semaphores'; Cell = 'Shared memory' }
        @{ Text = 2; Statement = 'A message queue is a list of messages in the kernel, known by an identifier; it has more than signals and keeps boundaries, unlike pipes'; Cell = 'Message queue' }
        @{ Text = 2; Statement = 'Pipes and queues have limits of the system'; Cell = 'Get-IpcResource -Limit' }
        @{ Text = 2; Statement = 'Sockets are the ones that reach other machines'; Cell = 'Side by side' }
    )
}
