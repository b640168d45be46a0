// A named semaphore in plain libc: semaphore NAME lock|unlock|value|hold|create
// lock waits up to 20 s; hold locks, says so and keeps it until it is killed; create makes it with the count 1 and leaves it.
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int main(int count, char **arguments)
{
    if (count != 3) return 2;
    const char *order = arguments[2];
    sem_t *semaphore = strcmp(order, "create") == 0 ? sem_open(arguments[1], O_CREAT | O_EXCL, 0600, 1) : sem_open(arguments[1], 0);
    if (semaphore == SEM_FAILED) { perror("sem_open"); return 1; }
    if (strcmp(order, "lock") == 0 || strcmp(order, "hold") == 0)
    {
        struct timespec until;
        printf("waiting\n");
        fflush(stdout);
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 20;
        while (sem_timedwait(semaphore, &until) != 0)
            if (errno != EINTR) { perror("sem_timedwait"); return 1; }
        printf("locked\n");
        fflush(stdout);
        if (strcmp(order, "hold") == 0) for (;;) pause();
    }
    else if (strcmp(order, "unlock") == 0)
    {
        if (sem_post(semaphore) != 0) { perror("sem_post"); return 1; }
        printf("unlocked\n");
    }
    else
    {
        int value;
        sem_getvalue(semaphore, &value);
        printf("%d\n", value);
    }
    return sem_close(semaphore);
}
