namespace KernelFault.Reports;

/// <summary>What a piece of a report is, for whoever colours it. The text reads the same without.</summary>
public enum ReportStyle : long
{
    /// <summary>Running text.</summary>
    Plain = 0,

    /// <summary>The title.</summary>
    Title,

    /// <summary>The name of a part.</summary>
    Heading,

    /// <summary>What the reader came for: the culprit, the stop code.</summary>
    Strong,

    /// <summary>What supports it.</summary>
    Faint,

    /// <summary>What was missing or is doubtful.</summary>
    Caution,
}
