/* The char server of the Internet domain: server3 [CLIENTS [PORT [ADDRESS]]]. Port 0 takes a free one; it prints which. */
#include "charsocket.h"

int main(int argc, char **argv)
{
    int clients = argc > 1 ? number(argv[1], 1000) : 1;
    int port = argc > 2 ? number(argv[2], 65535) : 9734;
    struct sockaddr_storage address;
    socklen_t length = inet_address(&address, argc > 3 ? argv[3] : "127.0.0.1", port);
    int on = 1;
    int listening;

    alarm(SECONDS_TO_LIVE);
    if ((listening = socket(address.ss_family, SOCK_STREAM, 0)) == -1)
        fail("socket");
    if (setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)
        fail("setsockopt");
    if (bind(listening, (struct sockaddr *)&address, length) == -1)
        fail("bind");
    if (listen(listening, 5) == -1)
        fail("listen");
    if (getsockname(listening, (struct sockaddr *)&address, &length) == -1)
        fail("getsockname");
    /* sin_port and sin6_port stand at the same place. */
    printf("port %d\n", ntohs(((struct sockaddr_in *)&address)->sin_port));
    serve(listening, clients);
    close(listening);
    return EXIT_SUCCESS;
}
