using System.Text.Json;

namespace EwasteEpr.Audit;

/// <summary>What was done to what. Who, for whom, when and from where come from the actor and the database.</summary>
/// <param name="Action">Object and past tense, for example <c>tariff.published</c>.</param>
/// <param name="ObjectType">The table in the singular, for example <c>methodology</c>.</param>
/// <param name="ObjectId">Its id or number, as a person would look for it.</param>
public sealed record AuditEntry(string Action, string ObjectType, string ObjectId)
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>A JSON object; keep secrets and personal data out of it, it stays for ever.</summary>
    public string DetailsJson { get; private init; } = "{}";

    public AuditEntry With<T>(T details) => this with { DetailsJson = JsonSerializer.Serialize(details, Snake) };
}
