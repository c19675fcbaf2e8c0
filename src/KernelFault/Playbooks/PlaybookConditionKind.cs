namespace KernelFault.Playbooks;

/// <summary>What a condition asks.</summary>
public enum PlaybookConditionKind : long
{
    /// <summary><c>all</c>: each part holds.</summary>
    All,

    /// <summary><c>any</c>: at least one part holds.</summary>
    Any,

    /// <summary><c>not</c>: its one part does not hold.</summary>
    Not,

    /// <summary><c>equals</c>: the value is the operand. Texts are compared without regard to case, whole numbers and others as numbers.</summary>
    Equals,

    /// <summary><c>in</c>: the value is one of a list.</summary>
    In,

    /// <summary><c>contains</c>: the value is a list with the operand in it, or a text with it.</summary>
    Contains,

    /// <summary><c>matches</c>: a regular expression is found in the value, without regard to case.</summary>
    Matches,

    /// <summary><c>greaterThan</c>: numbers, or times in ISO 8601.</summary>
    GreaterThan,

    /// <summary><c>lessThan</c>: numbers, or times in ISO 8601.</summary>
    LessThan,

    /// <summary><c>exists</c>: the value is there and not null, or not so.</summary>
    Exists,
}
