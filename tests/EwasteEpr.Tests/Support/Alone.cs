namespace EwasteEpr.Tests.Support;

/// <summary>For tests that measure the process itself: they run one by one, after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = nameof(Alone);
}
