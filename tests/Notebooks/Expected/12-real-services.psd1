# What notebook 12 prints whatever the machine, and which statements of the texts it shows.
@{
    Lines = @(
        'http is port 80'
        'HTTP/1\.1 200 OK'
        'body: hello by GET'
        'HTTP/1\.1 404 Not Found'
        'connections to the server so far = 1'
        'a real client got: hello by GET'
        'PING: \+PONG'
        'SET: \+OK'
        'GET: \$3 Ada'
        'GET nobody: \$-1'
        'FLY: -ERR unknown command ''FLY'''
        'INCR: :1 :2'
        'three at once: \+PONG \+PONG \+PONG'
        'header: 12 34 01 00 00 01 00 00 00 00 00 00'
        'bound, not listening: Bound'
        'same id: True, answers = 1'
        'www\.example\.test is 127\.0\.0\.42'
        'code = 3 \(3 is NXDOMAIN\), answers = 0'
        'S: 220 notebook ready'
        'S: 354 end with a dot'
        'S: 250 taken'
        'end of stream: True'
        'the letter has 3 lines, the last is: Hello Bob\.'
        'mode: srw-------'
        'ping: pong'
        'the daemon knows this process: True'
        'file there: False'
        'connect: ENOENT'
        'left open: 0 sockets, 0 listeners'
    )
    Solution = @('it is 42, after 7 guesses')
    Displays = @()
    Statements = @(
        @{ Text = 1; Statement = 'A network socket has a name that stands for a service, and the kernel brings a connection for it to the right server process'; Cell = 'Which port is whose' }
        @{ Text = 1; Statement = 'A local socket has a name in the file system, usually in /tmp'; Cell = 'A daemon behind a Unix socket' }
        @{ Text = 2; Statement = 'A web server has port 80; a browser knows it'; Cell = 'Which port is whose' }
        @{ Text = 2; Statement = 'Well-known services are below 1024 on all systems'; Cell = 'Which port is whose' }
        @{ Text = 3; Statement = '/etc/services lists services and their well-known ports; web is 80, mail is 25'; Cell = 'Which port is whose' }
        @{ Text = 5; Statement = 'One machine offers several services, told apart by port: web, mail, names'; Cell = 'Which port is whose' }
        @{ Text = 5; Statement = 'HTTP uses TCP'; Cell = 'HTTP' }
        @{ Text = 5; Statement = 'DNS uses UDP'; Cell = 'DNS' }
        @{ Text = 5; Statement = 'A stream has no boundaries of messages'; Cell = 'What they have in common' }
    )
}
