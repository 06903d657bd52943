using EwasteEpr.Organisations;

namespace EwasteEpr.Web.Features.Organisations;

/// <param name="Given">To agents, by this organisation.</param>
/// <param name="Received">From clients, where this organisation is an agent.</param>
public sealed record AgentsPage(OrganisationAccess Organisation, IReadOnlyList<Mandate> Given, IReadOnlyList<Mandate> Received, IReadOnlyList<MandateEvent> History);

/// <param name="Mandate">The one that is changed or revoked; none for a new one.</param>
public sealed record AgentFormPage(string Slug, MandateForm Form, Mandate? Mandate);

/// <summary>What is asked for a mandate. People name the last day; stored is the day after it.</summary>
public sealed class MandateForm
{
    public string? Number { get; set; }

    public string[]? Scopes { get; set; }

    public DateOnly? From { get; set; }

    public DateOnly? LastDay { get; set; }
}
