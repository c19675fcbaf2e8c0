using System.Globalization;
using KernelFault.Formats;
using KernelFault.Formats.Btf;
using KernelFault.Hosts;

namespace KernelFault.Tracing;

/// <summary>What is set on a machine to trace a function: probes, or tracepoints that stand for them.</summary>
internal sealed record TraceTarget
{
    private const long MaximumBtf = 256 * 1024 * 1024;

    // System V for x86-64, and the procedure call standard of arm64. A function's entry has its arguments there on any kernel;
    // '$arg1' would need a newer one.
    private static readonly string[] s_x64 = ["%di", "%si", "%dx", "%cx", "%r8", "%r9"];
    private static readonly string[] s_arm64 = ["%x0", "%x1", "%x2", "%x3", "%x4", "%x5", "%x6", "%x7"];

    /// <summary>The symbol; of tracepoints, the function for which they stand.</summary>
    internal required TraceSymbol Symbol { get; init; }

    /// <summary>Tracepoints as <c>system/name</c>; empty for probes.</summary>
    internal IReadOnlyList<string> Tracepoints { get; init; } = [];

    /// <summary>What the probe on the entry fetches, in order.</summary>
    internal IReadOnlyList<FunctionParameter> Parameters { get; init; } = [];

    /// <summary>What the probe on the return fetches; null for nothing.</summary>
    internal FunctionParameter? Return { get; init; }

    /// <summary>Each probe: kind, name, and what follows.</summary>
    internal IReadOnlyList<(string Kind, string Name, string Definition)> Probes { get; init; } = [];

    /// <summary>What a person should know.</summary>
    internal IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The same function by tracepoints.</summary>
    internal static TraceTarget ByTracepoints(TraceSymbol symbol, IReadOnlyList<string> tracepoints, bool wantsReturn)
    {
        List<string> warnings =
        [
            $"The kernel lets no probe be set on {symbol.Name}: it is on its blacklist, because a probe there could be hit while one is handled. Its tracepoints {string.Join(", ", tracepoints)} are traced instead.",
        ];
        if (wantsReturn)
        {
            warnings.Add("A tracepoint tells no return.");
        }

        return new TraceTarget { Symbol = symbol, Tracepoints = tracepoints, Warnings = warnings };
    }

    /// <summary>The function by probes, with what the kernel's type information says of it.</summary>
    internal static TraceTarget ByProbe(IHost host, TraceSymbol symbol, KernelFunctionTraceOptions options, string? architecture, CancellationToken cancellation)
    {
        var warnings = new List<string>();
        bool isVariant = symbol.Name.Any(c => c == '.');
        FunctionSignature? signature = isVariant ? null : Signature(host, symbol, warnings, cancellation);
        if (isVariant)
        {
            warnings.Add($"The compiler made {symbol.Name} of the function and may have taken parameters away: no arguments are told.");
        }

        string[] registers = architecture switch
        {
            "x64" => s_x64,
            "arm64" => s_arm64,
            _ => [],
        };
        FunctionParameter[] parameters = [.. (signature?.Parameters ?? []).Take(registers.Length)];
        if (signature is not null && (!signature.IsWhole || parameters.Length < signature.Parameters.Count))
        {
            warnings.Add($"Only the first {parameters.Length} arguments of {symbol.Name} are in registers of their own; the others are not told.");
        }

        IEnumerable<string> fetched = parameters.Select((parameter, index) => string.Format(
            CultureInfo.InvariantCulture,
            options.ReadString && parameter.IsText ? "a{0}=+0({1}):string" : "a{0}={1}:{2}",
            index + 1,
            registers[index],
            parameter.FetchType));
        var probes = new List<(string, string, string)> { ("p", "call", string.Join(" ", fetched.Prepend(symbol.Name))) };
        if (options.ReturnValue)
        {
            probes.Add(("r", "return", signature?.Return is { } returned ? $"{symbol.Name} ret=$retval:{returned.FetchType}" : signature is null ? symbol.Name + " ret=$retval:x64" : symbol.Name));
        }

        return new TraceTarget { Symbol = symbol, Parameters = parameters, Return = signature?.Return, Probes = probes, Warnings = warnings };
    }

    // Megabytes: read only when a probe is to be set.
    private static FunctionSignature? Signature(IHost host, TraceSymbol symbol, List<string> warnings, CancellationToken cancellation)
    {
        const string Kernel = "/sys/kernel/btf/vmlinux";
        try
        {
            var btf = new BtfFile(Kernel, host.ReadFile(Kernel, MaximumBtf, cancellation));
            if (symbol.Module is not null)
            {
                string path = "/sys/kernel/btf/" + symbol.Module;
                btf = new BtfFile(path, host.ReadFile(path, MaximumBtf, cancellation), btf);
            }

            FunctionSignature? signature = FunctionSignature.Find(btf, symbol.Name);
            if (signature is null)
            {
                warnings.Add($"The kernel's type information does not describe {symbol.Name}: no arguments are told.");
            }

            return signature;
        }
        catch (Exception e) when (e is HostException { Kind: HostErrorKind.NotFound or HostErrorKind.AccessDenied or HostErrorKind.Failed } or DumpFormatException)
        {
            warnings.Add("The kernel's type information (BTF) cannot be read, so no arguments are told: " + e.Message);
            return null;
        }
    }
}
