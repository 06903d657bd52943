using EwasteEpr.Kernel;

namespace EwasteEpr.Organisations;

/// <summary>What an agent may do for a client.</summary>
public static class MandateScope
{
    public const string Prepare = "prepare";
    public const string Submit = "submit";
    public const string Pay = "pay";

    public static IReadOnlyList<string> All { get; } = [Prepare, Submit, Pay];

    /// <summary>
    /// The roles that somebody of the agent has at the client: what the mandate lets the agent do and the agent lets this person do.
    /// Who may neither prepare, submit nor pay may still read.
    /// </summary>
    public static IReadOnlyList<string> RolesAtClient(IReadOnlyList<string> scopes, IReadOnlyList<string> agentRoles)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        ArgumentNullException.ThrowIfNull(agentRoles);
        var roles = Roles.Where(pair => scopes.Contains(pair.Scope, StringComparer.Ordinal) && agentRoles.Contains(pair.Role, StringComparer.Ordinal)).Select(pair => pair.Role).ToList();
        if (agentRoles.Any(Readers.Contains))
        {
            roles.Add(OrganisationRole.Viewer);
        }

        return roles;
    }

    /// <summary>What a key of the agent may do at the client: what both the key and the mandate allow. Every mandate lets the agent read.</summary>
    public static IEnumerable<string> ApiScopesAtClient(IReadOnlyList<string> scopes, IReadOnlyList<string> keyScopes)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        ArgumentNullException.ThrowIfNull(keyScopes);
        return keyScopes.Where(scope => scope switch
        {
            ApiScope.DeclarationsRead => true,
            ApiScope.DeclarationsWrite => scopes.Contains(Prepare, StringComparer.Ordinal),
            ApiScope.DeclarationsSubmit => scopes.Contains(Submit, StringComparer.Ordinal),
            ApiScope.PaymentsRead or ApiScope.PaymentsWrite => scopes.Contains(Pay, StringComparer.Ordinal),
            _ => false, // what a client's mandate does not name, it does not open
        });
    }

    private static readonly (string Scope, string Role)[] Roles =
        [(Prepare, OrganisationRole.Preparer), (Submit, OrganisationRole.Signatory), (Pay, OrganisationRole.Accountant)];

    private static readonly HashSet<string> Readers = new(StringComparer.Ordinal)
    {
        OrganisationRole.Owner, OrganisationRole.Preparer, OrganisationRole.Signatory, OrganisationRole.Accountant, OrganisationRole.Viewer,
    };
}

/// <summary>What the agent may do, and on which days.</summary>
public sealed record MandateTerms(IReadOnlyList<string> Scopes, DateOnly From, DateOnly? Until);

public enum MandateState
{
    /// <summary>Its first day is still to come.</summary>
    Coming,
    Active,

    /// <summary>Its last day is over.</summary>
    Ended,
    Revoked,
}

/// <summary>A mandate as both sides see it.</summary>
/// <param name="AgentBin">An agent's number, where it is a company.</param>
public sealed record Mandate(
    Guid MandateId, OrganisationId ClientId, string ClientNameKk, string ClientNameRu, OrganisationId AgentId, string AgentNameKk, string AgentNameRu, string? AgentBin,
    string[] Scopes, DateOnly ValidFrom, DateOnly? ValidUntil, MandateState State, DateTimeOffset GivenAt, DateTimeOffset? RevokedAt)
{
    public DateOnly? LastDay => ValidUntil?.AddDays(-1);

    public string AgentName(string language) => language == "kk" ? AgentNameKk : AgentNameRu;

    public string ClientName(string language) => language == "kk" ? ClientNameKk : ClientNameRu;
}

/// <summary>What happened to a mandate, newest first; from the audit.</summary>
/// <param name="Action">mandate.given, mandate.changed, mandate.revoked</param>
public sealed record MandateEvent(Guid MandateId, DateTimeOffset At, string Action, string? Person, string AgentNameKk, string AgentNameRu, string ClientNameKk, string ClientNameRu, string[] Scopes, DateOnly? ValidFrom, DateOnly? ValidUntil);

/// <summary>A client that somebody of an agent reaches by a mandate which holds today.</summary>
public sealed record MandatedAccess(
    OrganisationId AgentId, string[] Scopes, string[] AgentRoles,
    OrganisationId OrganisationId, string Slug, string NameKk, string NameRu, string Kind, string[] Activities, string RegionKato)
{
    /// <summary>The client, with the roles this person has there by the mandate.</summary>
    public OrganisationAccess ToAccess() => new(OrganisationId, Slug, NameKk, NameRu, Kind, Activities, RegionKato, [.. MandateScope.RolesAtClient(Scopes, AgentRoles)]);
}

public abstract record MandateOutcome
{
    private MandateOutcome()
    {
    }

    public sealed record Done(Guid MandateId) : MandateOutcome;

    /// <summary>No organisation that works as an agent has this number.</summary>
    public sealed record NoSuchAgent : MandateOutcome;

    public sealed record Oneself : MandateOutcome;

    /// <summary>The agent has a mandate for some of these days.</summary>
    public sealed record OtherOnTheseDays : MandateOutcome;

    public sealed record NoScope : MandateOutcome;

    /// <summary>It would begin before today.</summary>
    public sealed record BeginsInThePast : MandateOutcome;

    /// <summary>Its end is not after its beginning, or is over.</summary>
    public sealed record EndsTooEarly : MandateOutcome;

    /// <summary>There is none of this organisation, or it was revoked.</summary>
    public sealed record NotFound : MandateOutcome;
}
