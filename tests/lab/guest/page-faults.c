// Faults a number of pages of its own for the first time, one by one, and tells what the kernel counted: page-faults PAGES.
// Writes one line: process id, address of the first page in hexadecimal, pages, and by how much ru_minflt grew meanwhile.
// No C library is needed, so that a compiler without one is enough.

#define PAGE 4096UL

static char line[128];
static unsigned length;

static long call(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;
	__asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
	return result;
}

static void number(unsigned long value, unsigned base, char end)
{
	char digits[20];
	unsigned count = 0;
	do
		digits[count++] = "0123456789abcdef"[value % base];
	while (value /= base);
	while (count)
		line[length++] = digits[--count];
	line[length++] = end;
}

// struct rusage: two struct timeval of 16 bytes, maxrss, ixrss, idrss, isrss, minflt.
static long faults(void)
{
	static long usage[18];
	call(98, 0, (long)usage, 0, 0, 0, 0);
	return usage[8];
}

__attribute__((used)) static void run(long *stack)
{
	const char *text = (const char *)stack[2];
	unsigned long pages = 0;
	if (stack[0] == 2)
		while (*text >= '0' && *text <= '9')
			pages = pages * 10 + (unsigned long)(*text++ - '0');
	// PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS; MADV_NOHUGEPAGE.
	char *memory = (char *)call(9, 0, (long)(pages * PAGE), 3, 0x22, -1, 0);
	call(28, (long)memory, (long)(pages * PAGE), 15, 0, 0, 0);
	faults();
	faults();
	line[0] = 0;
	long before = faults();
	for (unsigned long page = 0; page < pages; page++)
		((volatile char *)memory)[page * PAGE] = 1;
	long counted = faults() - before;
	number((unsigned long)call(39, 0, 0, 0, 0, 0, 0), 10, ' ');
	number((unsigned long)memory, 16, ' ');
	number(pages, 10, ' ');
	number((unsigned long)counted, 10, '\n');
	call(1, 1, (long)line, length, 0, 0, 0);
	call(231, pages == 0, 0, 0, 0, 0, 0);
}

__asm__(".globl _start\n_start:\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall run\n");
