using KernelFault.Analysis;

namespace KernelFault.Tests.Reports;

public class FileBatchTests
{
    [Fact]
    public void GivesOutcomesInTheOrderOfTheFiles()
    {
        using var batch = new FileBatch<string>(
            (path, _) =>
            {
                // The first takes longest.
                Thread.Sleep(path == "0" ? 50 : 0);
                return path;
            },
            workers: 4,
            CancellationToken.None);
        for (int i = 0; i < 20; i++)
        {
            batch.Add(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        var taken = new List<string?>();
        while (batch.Take() is FileOutcome<string> outcome)
        {
            taken.Add(outcome.Result);
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)), taken);
    }

    [Fact]
    public void KeepsAnErrorToItsFile()
    {
        using var batch = new FileBatch<string>((path, _) => path == "bad" ? throw new InvalidOperationException("no") : path, 2, CancellationToken.None);
        batch.Add("bad");
        batch.Add("good");

        Assert.Equal("no", batch.Take()!.Error!.Message);
        Assert.Equal("good", batch.Take()!.Result);
    }

    [Fact]
    public void StopsWaitingWhenItIsCancelled()
    {
        using var cancellation = new CancellationTokenSource();
        using var release = new ManualResetEventSlim();
        using var batch = new FileBatch<string>((path, _) => { release.Wait(CancellationToken.None); return path; }, 1, cancellation.Token);
        batch.Add("slow");
        cancellation.CancelAfter(50);

        Assert.ThrowsAny<OperationCanceledException>(() => batch.Take());
        release.Set();
    }
}
