/* The char client of the Internet domain: client3 [PORT [ADDRESS]]. */
#include "charsocket.h"

int main(int argc, char **argv)
{
    int port = argc > 1 ? number(argv[1], 65535) : 9734;
    struct sockaddr_storage address;
    socklen_t length = inet_address(&address, argc > 2 ? argv[2] : "127.0.0.1", port);
    int fd;

    alarm(SECONDS_TO_LIVE);
    if ((fd = socket(address.ss_family, SOCK_STREAM, 0)) == -1)
        fail("socket");
    if (connect(fd, (struct sockaddr *)&address, length) == -1)
        fail("connect");
    ask(fd);
    return EXIT_SUCCESS;
}
