// Signals in plain libc. signal send PID NUMBER VALUE: sigqueue(3). signal wait NUMBER: says "ready", takes one and writes who sent it and with what.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int count, char **arguments)
{
    if (count == 5 && strcmp(arguments[1], "send") == 0)
    {
        union sigval value;
        memset(&value, 0, sizeof value);
        value.sival_int = atoi(arguments[4]);
        if (sigqueue(atoi(arguments[2]), atoi(arguments[3]), value) != 0) { perror("sigqueue"); return 1; }
        return 0;
    }
    if (count == 3 && strcmp(arguments[1], "wait") == 0)
    {
        sigset_t wanted;
        siginfo_t came;
        sigemptyset(&wanted);
        sigaddset(&wanted, atoi(arguments[2]));
        sigprocmask(SIG_BLOCK, &wanted, NULL);
        alarm(30);
        printf("ready\n");
        fflush(stdout);
        if (sigwaitinfo(&wanted, &came) < 0) { perror("sigwaitinfo"); return 1; }
        printf("signal %d code %d pid %d uid %d value %d\n", came.si_signo, came.si_code, (int)came.si_pid, (int)came.si_uid, came.si_code == SI_QUEUE ? came.si_value.sival_int : 0);
        return 0;
    }
    return 2;
}
