using KernelFault.Tests.Unwinding;

namespace KernelFault.Tests.Formats.Pe;

/// <summary>A small driver-like image built by clang and lld, where they are installed, and what llvm-readobj says of it.</summary>
internal sealed class ClangImage : IDisposable
{
    private const string Source = """
        typedef unsigned long long u64;
        typedef __builtin_va_list va_list;
        int _fltused = 1;
        extern volatile u64 g; volatile u64 g = 3;
        __attribute__((noinline)) u64 leaf(u64 a) { return a * 3 + g; }
        __attribute__((noinline)) void sink(volatile void *p) { g += (u64)p; leaf(g); }
        __attribute__((noinline)) u64 small(u64 a) { return leaf(a) + g; }
        __attribute__((noinline)) u64 six(u64 a, u64 b, u64 c, u64 d, u64 e, u64 f)
        { u64 x = leaf(a), y = leaf(b), z = leaf(c), w = leaf(d), v = leaf(e), t = leaf(f); return x + y * z + w * v + t + a * b + c * d * e * f; }
        __attribute__((noinline)) u64 three(u64 a, u64 b, u64 c) { u64 x = leaf(a), y = leaf(b), z = leaf(c); return x + y * z + a * b + c; }
        __attribute__((noinline)) u64 two(u64 a, u64 b) { u64 x = leaf(a); return x + leaf(b) * a; }
        __attribute__((noinline)) u64 kilo(u64 n) { volatile char b[600]; sink(b); b[n] = 1; return small(n) + b[3]; }
        __attribute__((noinline)) u64 big(u64 n) { volatile char b[5000]; sink(b); b[n] = 1; return small(n) + b[3]; }
        __attribute__((noinline)) u64 dyn(u64 n) { volatile char *p = __builtin_alloca(n); sink(p); return small(n) + p[0]; }
        __attribute__((noinline)) u64 aligned(u64 n) { volatile char b[200] __attribute__((aligned(64))); sink(b); return small(n) + b[n]; }
        __attribute__((noinline)) double fl(double a, double b, double c, double d)
        { double x = leaf(a), y = leaf(b), z = leaf(c), w = leaf(d); return x * a + y * b + z * c + w * d + leaf(a * b) + leaf(c * d); }
        __attribute__((noinline)) double fl1(double a) { double x = leaf(a); return x * a + leaf(a * a); }
        __attribute__((noinline)) u64 fli(u64 n, u64 m, double a) { u64 y = leaf(n); double x = leaf(a); return x * a + leaf(a * a) + y * n + leaf(m) * m; }
        __attribute__((noinline)) u64 va(u64 n, ...) { va_list l; __builtin_va_start(l, n); u64 s = 0; while (n--) s += leaf(__builtin_va_arg(l, u64)); return s; }
        __attribute__((noinline)) u64 many(u64 a, u64 b)
        { u64 s = 0; for (u64 i = 0; i < a; i++) { s += six(i, a, b, s, i * a, b * i) + (u64)fl(a, b, i, s) + va(3, a, b, i) + fli(a, b, s) + (u64)fl1(s) + kilo(s) + aligned(s) + two(s, b) + three(s, a, b);
          if (s & 1) return s + leaf(s); if (s == 77) return big(s); } return dyn(s); }
        u64 DriverEntry(u64 a, u64 b) { return many(a, b) + big(a); }
        """;

    private readonly TemporaryFolder _folder = new();

    internal ClangImage(string target, string optimization, params string[] options)
    {
        ExternalProgram.Require("clang", "lld-link", "llvm-readobj");
        File.WriteAllText(System.IO.Path.Combine(_folder.Path, "driver.c"), Source);
        Run("clang", [$"--target={target}-pc-windows-msvc", "-ffreestanding", "-funwind-tables", "-fno-stack-protector", "-mno-stack-arg-probe", "-gcodeview", optimization, .. options, "-c", "driver.c", "-o", "driver.obj"]);
        Run("lld-link", ["/nologo", "/dll", "/noentry", "/subsystem:native", "/export:DriverEntry", "/export:many", "/export:big", "/debug", "/nodefaultlib", "driver.obj", "/out:driver.sys"]);
    }

    internal string Folder => _folder.Path;

    internal string Path => System.IO.Path.Combine(_folder.Path, "driver.sys");

    public void Dispose() => _folder.Dispose();

    internal string ReadObj(params string[] options) => Run("llvm-readobj", [.. options, "driver.sys"]);

    private string Run(string program, string[] arguments) => ExternalProgram.Run(_folder.Path, program, arguments);
}
