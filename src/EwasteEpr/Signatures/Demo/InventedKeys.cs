using EwasteEpr.Kernel;
using EwasteEpr.Organisations;

namespace EwasteEpr.Signatures.Demo;

/// <summary>Signs for a person of the demonstration with a key that is made on the spot: the same verified path as a real one.</summary>
public sealed class InventedKeys(Db db, OrganisationService organisations, InventedAuthority authority, TimeProvider time)
{
    private const string PersonSql = """
        select p.name, o.kind
          from memberships m
          join people p using (person_id)
          join organisations o using (organisation_id)
         where m.organisation_id = @organisation and m.person_id = @person
        """;

    /// <returns>A detached CMS; none when the person does not belong to the organisation.</returns>
    public async Task<byte[]?> SignAsync(ReadOnlyMemory<byte> content, OrganisationId organisation, Guid person, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<PersonRow>(PersonSql, new { organisation, person }, ct) is not { } row)
        {
            return null;
        }

        var number = (await organisations.NumberForDocumentAsync(organisation, ct)).Digits;
        var holder = row.Kind == "company"
            ? new InventedHolder(row.Name, number, SignerRole.Head)
            : new InventedHolder(row.Name, null, SignerRole.Person) { PersonNumber = number };
        var now = time.GetUtcNow();
        using var certificate = authority.Issue(holder, now.AddDays(-30), now.AddYears(1));
        return InventedAuthority.Sign(certificate, content.Span);
    }

    private sealed record PersonRow(string Name, string Kind);
}
