using System.Text.Json;

namespace EwasteEpr.Kernel;

/// <summary>Who does something, for whom and in which request: a required parameter of every writing method, kept in the audit.</summary>
/// <param name="UserId">The person, or none for a job of the system.</param>
/// <param name="OrganisationId">The organisation the person acts in.</param>
/// <param name="OnBehalfOfId">The organisation an agent acts for, by a mandate.</param>
/// <param name="Role">The role used: an organisation's (owner, preparer, ...) or the platform's (operator_preparer, ...), or <c>system</c>.</param>
/// <param name="RequestId">The request's reference number, the same that an error page shows.</param>
/// <param name="Address">The network address the request came from, as text, or none.</param>
public sealed record Actor(Guid? UserId, Guid? OrganisationId, Guid? OnBehalfOfId, string Role, string RequestId, string? Address)
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Actor System(string job) => new(null, null, null, "system", job, null);

    /// <summary>The parameter <c>@actor</c> of <c>audit.write</c> in a feature's own statement.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Snake);
}
