@{
    Lines = @(
        'Little-endian here: (True|False)'
        ' 2  26 06 +sin_port +in_port_t +network +9734'
        'in the address:       26 06'
        '65535 FFFF   65535 +True'
        'meant: port 9734, got: port (1574|9734)'
        'turned round: 9734'
        'network order: 00-00-03-E8 is read as 1000'
        'an address from single bytes: tcp://192\.0\.2\.1:80'
        'sockaddr_in6, \w+, 28 bytes'
        'sockaddr_un, Linux, 16 bytes'
        'macOS    IPv4: 10-02-00-50-7F-00-00-01   IPv6: 1C-1E-00-50'
        'char from server = B'
        '^A sockaddr_in has 16 bytes, and here are 15 \(EINVAL\)'
        '^port 99999 is out of range \(EINVAL\)'
        'left open: 0 sockets, 0 listeners'
    )
    Solution = @('it went to tcp://127\.0\.0\.1:20480', 'turned round it is port 80, http')
    Displays = @()
    Statements = @(
        @{ Text = 1; Statement = 'struct sockaddr_un: sun_family and sun_path with 108 bytes; the length goes with the address'; Cell = 'sockaddr_un' }
        @{ Text = 1; Statement = 'The domain also sets the form of addresses'; Cell = 'One function, many structures' }
        @{ Text = 2; Statement = 'Each domain has its own address format and begins with the family (misprints sum_family, sunpath corrected)'; Cell = 'One function, many structures' }
        @{ Text = 2; Statement = 'struct sockaddr_in and struct in_addr'; Cell = 'sockaddr_in' }
        @{ Text = 2; Statement = 'Length and form depend on the family; bind needs a cast to struct sockaddr *'; Cell = 'One function, many structures' }
        @{ Text = 2; Statement = 'accept: address_len is set before, an address that is too long is cut, the real length comes back'; Cell = 'One function, many structures' }
        @{ Text = 2; Statement = 'Host and network byte order; both sides convert; where they are equal no difference is seen'; Cell = 'Network byte order' }
        @{ Text = 2; Statement = 'inet_addr, htons, htonl in the example'; Cell = 'What happens without htons' }
        @{ Text = 3; Statement = 'sockaddr_in has 16 bytes; port and address are always in network byte order'; Cell = 'sockaddr_in' }
        @{ Text = 3; Statement = 'struct sockaddr: family and 14 bytes of data'; Cell = 'One function, many structures' }
        @{ Text = 3; Statement = '_in means internet, not input'; Cell = 'sockaddr_in' }
        @{ Text = 3; Statement = 'The generic structure exists because C had no void * then'; Cell = 'One function, many structures' }
        @{ Text = 4; Statement = 'sockaddr, sockaddr_in, in_addr, sockaddr_in6, in6_addr, sockaddr_un member by member'; Cell = 'One function, many structures' }
        @{ Text = 4; Statement = 'AF_INET needs 32-bit address and 16-bit port; AF_UNIX a path (corrected: it need not be absolute)'; Cell = 'sockaddr_un' }
    )
}
