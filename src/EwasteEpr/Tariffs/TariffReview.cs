using EwasteEpr.Kernel;

namespace EwasteEpr.Tariffs;

public enum ProposalState
{
    Proposed,
    Published,
    Superseded,
    Withdrawn,
}

/// <summary>A version with all that its publisher must see.</summary>
/// <param name="Before">The version that it follows in its programme, or none.</param>
/// <param name="Plan">What publishing it now would do; of no meaning once it is published.</param>
public sealed record TariffReview(
    TariffVersion Version, ProposalState State, TariffVersion? Before, IReadOnlyList<TariffDifference> Differences, Succession Plan,
    TariffPeople People);

/// <summary>The two people behind a version; reference versions have none.</summary>
public sealed record TariffPeople(Guid? ProposedBy, string? Proposer, DateTimeOffset ProposedAt, string? Decider, DateTimeOffset? DecidedAt);

public sealed record TariffListed(
    string Code, string Programme, string State, string TitleKk, string TitleRu, string TitleEn,
    DateOnly ValidFrom, DateOnly? ValidUntil, Guid? ProposedBy, string? Proposer, DateTimeOffset ProposedAt, DateTimeOffset? DecidedAt, long Rows)
{
    public LocalText Title => new(TitleKk, TitleRu, TitleEn);
}

public abstract record ProposeOutcome
{
    private ProposeOutcome()
    {
    }

    public sealed record Proposed(string Code) : ProposeOutcome;

    public sealed record CodeTaken(string Code) : ProposeOutcome;
}

public abstract record PublishOutcome
{
    private PublishOutcome()
    {
    }

    public sealed record Published(Succession Done) : PublishOutcome;

    public sealed record NotFound : PublishOutcome;

    public sealed record AlreadyDecided(ProposalState State) : PublishOutcome;

    /// <summary>Who proposed does not publish.</summary>
    public sealed record SamePerson : PublishOutcome;

    /// <summary>Publishing would now do something else than was shown, or is in the way of a published version.</summary>
    public sealed record ChangedSince(Succession Now) : PublishOutcome;
}

/// <summary>The two-person rule's own small part: a job or an unknown visitor never proposes or decides.</summary>
internal static class TwoPeople
{
    public static Guid Person(Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return actor.UserId ?? throw new InvalidOperationException($"A person is needed, not {actor.Role}.");
    }
}
