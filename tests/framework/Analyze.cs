using System;
using KernelFault.Analysis;
using KernelFault.Formats;
using KernelFault.Reports;

// Analyses files with the library that Windows PowerShell 5.1 loads, and writes what `kernelfault analyze --json` would.
internal static class Analyze
{
    private static int Main(string[] files)
    {
        using (var analyzer = new KernelFaultAnalyzer())
        {
            foreach (string file in files)
            {
                try
                {
                    Console.WriteLine(PowerShellJson.Write(analyzer.Analyze(file)));
                }
                catch (DumpFormatException e)
                {
                    Console.Error.WriteLine(e.Message);
                    return 3;
                }
            }
        }

        return 0;
    }
}
