using System.Management.Automation;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Cmdlets;

/// <summary>
/// A cmdlet that changes machines. Each is looked at first; what would be done is shown by <c>-WhatIf</c>, asked for by
/// <c>-Confirm</c>, and done only then. There is no other way to <see cref="IHostChange{TResult}"/>'s work. A class that derives
/// from it says <c>SupportsShouldProcess = true</c>.
/// </summary>
/// <typeparam name="TResult">What the work on one machine gives.</typeparam>
public abstract class HostChangeCmdlet<TResult> : HostCmdlet<TResult?>
    where TResult : class
{
    private IHostChange<TResult>? _change;
    private int _activities = 100;

    /// <summary>Overrules guards that may be overruled.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>What is to be done, the same to every machine. Asked for once, on the pipeline's thread, when the first machine is added.</summary>
    /// <returns>The change.</returns>
    protected abstract IHostChange<TResult> Change();

    /// <inheritdoc/>
    protected override void AddHosts()
    {
        _change ??= Change();
        base.AddHosts();
    }

    /// <inheritdoc/>
    protected sealed override TResult? Work(IHost host, CancellationToken cancellation)
    {
        HostPlan<TResult> plan = _change!.Plan(host, cancellation);
        foreach (string warning in plan.Warnings)
        {
            Post(() => WriteWarning(PrintableText.Clean($"{host.Name}: {warning}")));
        }

        plan.Verify(Force);
        if (plan.Steps.Count > 0 && !Ask(host.Name, plan.Steps, cancellation))
        {
            return null;
        }

        using var progress = new HostChangeProgress(host.Name, Interlocked.Increment(ref _activities), record => Post(() => WriteProgress(record)));
        return plan.Execute(progress, Force, cancellation);
    }

    /// <inheritdoc/>
    protected sealed override void Write(string host, TResult? result)
    {
        if (result is not null)
        {
            Write(result);
        }
    }

    /// <summary>Writes what came of the work on one machine, on the pipeline's thread.</summary>
    /// <param name="result">The result.</param>
    protected virtual void Write(TResult result) => WriteObject(result);

    private bool Ask(string host, IReadOnlyList<string> steps, CancellationToken cancellation)
    {
        string text = PrintableText.Clean($"{host}: {string.Join("; ", steps)}");
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => answer.SetResult(ShouldProcess(text, text + "?", "Change the machine")));
        answer.Task.Wait(cancellation);
        return answer.Task.Result;
    }
}
