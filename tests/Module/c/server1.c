/* The char server of the Unix domain: server1 [CLIENTS [NAME]]. NAME is a path, or @name for an abstract name. */
#include "charsocket.h"

int main(int argc, char **argv)
{
    int clients = argc > 1 ? number(argv[1], 1000) : 1;
    const char *name = argc > 2 ? argv[2] : "server_socket";
    struct sockaddr_un address;
    socklen_t length = unix_address(&address, name);
    int listening;

    alarm(SECONDS_TO_LIVE);
    if (name[0] != '@' && unlink(name) == -1 && errno != ENOENT)
        fail("unlink");
    if ((listening = socket(AF_UNIX, SOCK_STREAM, 0)) == -1)
        fail("socket");
    if (bind(listening, (struct sockaddr *)&address, length) == -1)
        fail("bind");
    if (listen(listening, 5) == -1)
        fail("listen");
    serve(listening, clients);
    close(listening);
    if (name[0] != '@' && unlink(name) == -1)
        fail("unlink");
    return EXIT_SUCCESS;
}
