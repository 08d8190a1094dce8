/* The only program in the demo runtime: prints a file, in the reader's language if it is there.
 *
 * An app's command is a text file that starts with "#!/usr/bin/say". The kernel then runs
 * "say /app/bin/atlas", and say prints /app/share/locale/LANGUAGE/atlas.txt, or without that
 * file the rest of the script itself.
 *
 * It stands on the kernel alone, without a C library: a shell and its libraries would make the
 * demo a megabyte larger for each architecture.
 */

#include <stddef.h>

#if defined __x86_64__
enum { SYS_read = 0, SYS_write = 1, SYS_exit = 60, SYS_openat = 257 };
__asm__(".globl _start\n_start: xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call begin\n");

static long call(long number, long a, long b, long c)
{
	long result;
	register long d __asm__("r10") = 0;
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(d)
			 : "rcx", "r11", "memory");
	return result;
}
#elif defined __aarch64__
enum { SYS_openat = 56, SYS_read = 63, SYS_write = 64, SYS_exit = 93 };
__asm__(".globl _start\n_start: mov x29, #0\n mov x0, sp\n and sp, x0, #-16\n bl begin\n");

static long call(long number, long a, long b, long c)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = 0;
	__asm__ volatile("svc #0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3)
			 : "memory");
	return x0;
}
#else
#error "teach say the system calls of this architecture"
#endif

enum { HERE = -100, READ_ONLY = 0, STDOUT = 1, STDERR = 2 };

static size_t length(const char *text)
{
	size_t n = 0;
	while (text[n])
		n++;
	return n;
}

static void print(int to, const char *text, size_t n)
{
	while (n > 0) {
		long done = call(SYS_write, to, (long)text, (long)n);
		if (done <= 0)
			call(SYS_exit, 1, 0, 0);
		text += done;
		n -= (size_t)done;
	}
}

/* The value of NAME= in the environment, or NULL when it is missing or empty. */
static const char *variable(char **environment, const char *name)
{
	size_t n = length(name);
	for (; *environment; environment++) {
		size_t i = 0;
		while (i < n && (*environment)[i] == name[i])
			i++;
		if (i == n && (*environment)[n])
			return *environment + n;
	}
	return NULL;
}

static int open_translation(char **environment, const char *script)
{
	static char path[512];
	const char *language = variable(environment, "LC_ALL=");
	const char *name = script;
	size_t used = 0;

	if (!language)
		language = variable(environment, "LC_MESSAGES=");
	if (!language)
		language = variable(environment, "LANG=");
	if (!language || length(language) < 2 || length(script) > 256)
		return -1;
	for (const char *p = script; *p; p++)
		if (*p == '/')
			name = p + 1;
	const char two[] = {language[0], language[1], 0};
	const char *parts[] = {"/app/share/locale/", two, "/", name, ".txt"};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		for (const char *p = parts[i]; *p; p++)
			path[used++] = *p;
	path[used] = 0;
	return (int)call(SYS_openat, HERE, (long)path, READ_ONLY);
}

__attribute__((used, noreturn)) void begin(long *stack)
{
	static char buffer[4096];
	long count = stack[0];
	char **arguments = (char **)(stack + 1);
	char **environment = arguments + count + 1;
	int skip_line = 0, at_start = 1, file = -1;
	long n;

	if (count > 1)
		file = open_translation(environment, arguments[1]);
	if (count > 1 && file < 0)
		file = (int)call(SYS_openat, HERE, (long)arguments[1], READ_ONLY);
	if (file < 0) {
		static const char usage[] = "usage: say FILE\n";
		print(STDERR, usage, sizeof usage - 1);
		call(SYS_exit, 2, 0, 0);
	}
	while ((n = call(SYS_read, file, (long)buffer, sizeof buffer)) > 0) {
		long i = 0;
		if (at_start && n > 1 && buffer[0] == '#' && buffer[1] == '!')
			skip_line = 1;
		at_start = 0;
		while (skip_line && i < n)
			if (buffer[i++] == '\n')
				skip_line = 0;
		print(STDOUT, buffer + i, (size_t)(n - i));
	}
	call(SYS_exit, n < 0, 0, 0);
	__builtin_unreachable();
}
