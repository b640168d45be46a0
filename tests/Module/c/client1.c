/* The char client of the Unix domain: client1 [NAME]. NAME is a path, or @name for an abstract name. */
#include "charsocket.h"

int main(int argc, char **argv)
{
    struct sockaddr_un address;
    socklen_t length = unix_address(&address, argc > 1 ? argv[1] : "server_socket");
    int fd;

    alarm(SECONDS_TO_LIVE);
    if ((fd = socket(AF_UNIX, SOCK_STREAM, 0)) == -1)
        fail("socket");
    if (connect(fd, (struct sockaddr *)&address, length) == -1)
        fail("connect");
    ask(fd);
    return EXIT_SUCCESS;
}
