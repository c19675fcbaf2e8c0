namespace KernelFault.Playbooks.Loading;

/// <summary>The kinds of problems that a file can have; docs/playbooks.md explains each.</summary>
internal static class ProblemId
{
    // What is no YAML, or YAML that is refused.
    internal const string Syntax = nameof(Syntax);
    internal const string Encoding = nameof(Encoding);
    internal const string ControlCharacter = nameof(ControlCharacter);
    internal const string HiddenText = nameof(HiddenText);
    internal const string TooLarge = nameof(TooLarge);
    internal const string TooDeep = nameof(TooDeep);
    internal const string TooManyNodes = nameof(TooManyNodes);
    internal const string TooManyProblems = nameof(TooManyProblems);
    internal const string Empty = nameof(Empty);
    internal const string Directive = nameof(Directive);
    internal const string SeveralDocuments = nameof(SeveralDocuments);
    internal const string Tag = nameof(Tag);
    internal const string UnknownAnchor = nameof(UnknownAnchor);
    internal const string ComplexKey = nameof(ComplexKey);
    internal const string DuplicateKey = nameof(DuplicateKey);
    internal const string MergeKey = nameof(MergeKey);
    internal const string AmbiguousScalar = nameof(AmbiguousScalar);
    internal const string NumberRange = nameof(NumberRange);

    // What does not have the form of a playbook.
    internal const string UnknownKey = nameof(UnknownKey);
    internal const string MissingKey = nameof(MissingKey);
    internal const string WrongType = nameof(WrongType);
    internal const string WrongValue = nameof(WrongValue);
    internal const string WrongName = nameof(WrongName);
    internal const string OutOfRange = nameof(OutOfRange);
    internal const string TooMany = nameof(TooMany);
    internal const string Version = nameof(Version);
    internal const string DuplicateId = nameof(DuplicateId);
    internal const string Pattern = nameof(Pattern);
    internal const string Condition = nameof(Condition);
    internal const string GoTo = nameof(GoTo);

    // What does not fit the actions.
    internal const string UnknownAction = nameof(UnknownAction);
    internal const string UnknownInput = nameof(UnknownInput);
    internal const string MissingInput = nameof(MissingInput);
    internal const string UnknownOutput = nameof(UnknownOutput);
    internal const string ChangesNotDeclared = nameof(ChangesNotDeclared);
    internal const string PathEscape = nameof(PathEscape);
    internal const string Platform = nameof(Platform);
    internal const string Offline = nameof(Offline);

    // What does not fit itself.
    internal const string Expression = nameof(Expression);
    internal const string UnknownReference = nameof(UnknownReference);
    internal const string LaterReference = nameof(LaterReference);
    internal const string SecretShown = nameof(SecretShown);

    // What a person should look at.
    internal const string NoReason = nameof(NoReason);
    internal const string NoRollback = nameof(NoRollback);
    internal const string RestartTwice = nameof(RestartTwice);
    internal const string UnusedParameter = nameof(UnusedParameter);
    internal const string UnusedVariable = nameof(UnusedVariable);
    internal const string SecretInClearText = nameof(SecretInClearText);
}
