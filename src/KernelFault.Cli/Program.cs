using KernelFault.Cli;

try
{
    // The command that most people type starts without the grammar: building it takes as long as the analysis.
    return PlainAnalysis.TryRun(args) ?? Grammar.Run(args);
}
catch (OperationCanceledException)
{
    return ExitCode.Cancelled;
}
