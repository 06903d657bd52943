using EwasteEpr.Kernel;
using EwasteEpr.Organisations;

namespace EwasteEpr.Declarations.Agents;

/// <summary>How far the declaration of a client's period has come.</summary>
public enum ClientState
{
    NotBegun,
    Draft,
    Returned,
    Submitted,
    Accepted,
}

/// <summary>One client of an agent, with the declaration of the period that is looked at.</summary>
/// <param name="Bin">A company's number; none for a sole trader, whose number is personal data.</param>
/// <param name="HasCorrection">A draft stands beside a submitted version.</param>
public sealed record AgentClient(
    OrganisationId ClientId, string Slug, string NameKk, string NameRu, string? Bin, string AgentNameKk, string AgentNameRu, string[] Scopes, string[] AgentRoles, DateOnly? ValidUntil,
    ClientState State, string? Number, DeclarationKind? Kind, bool HasCorrection, int Lines, long MassGrams, long FeeTiyn, DateTimeOffset? SubmittedAt)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;

    public string AgentName(string language) => language == "kk" ? AgentNameKk : AgentNameRu;

    public DateOnly? LastDay => ValidUntil?.AddDays(-1);

    /// <summary>Both the mandate and the agent's own roles let this person prepare and submit.</summary>
    public bool MayFile => NilFiling.MayFile(Scopes, AgentRoles);

    public bool CanFileNil => State == ClientState.NotBegun && MayFile;
}

/// <param name="Text">Part of a name or of a company's number.</param>
/// <param name="Page">From 1; 200 clients each.</param>
public sealed record AgentFilter(Period Period, ClientState? State = null, string? Text = null, int Page = 1);

/// <summary>Sums over all clients that the filter lets through, not of this page alone.</summary>
public sealed record AgentTotals(int Clients, int NotBegun, int Drafts, int Returned, int Submitted, int Accepted, long MassGrams, long FeeTiyn)
{
    /// <summary>Still to be declared.</summary>
    public int Open => NotBegun + Drafts + Returned;
}

/// <param name="DueOn">The same for all clients of a period; none while it is not known.</param>
public sealed record AgentDesk(Period Period, bool PeriodIsOver, DateOnly? DueOn, IReadOnlyList<AgentClient> Clients, AgentTotals Totals, bool HasMore);
