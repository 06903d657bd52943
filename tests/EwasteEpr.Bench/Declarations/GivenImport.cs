using Dapper;
using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Uploads;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Bench.Declarations;

/// <summary>One organisation after another with an empty draft of the quarter, and the way of the page: the file is stored, then taken in.</summary>
internal sealed class GivenImport(Db db)
{
    private readonly TariffService tariffs = new(db);

    /// <summary>The illustrative tariff prices, and today is the day that the file was made for.</summary>
    public static async Task PrepareAsync(string connectionString)
    {
        await using var owner = DatabaseConnections.Owner(connectionString);
        await using var connection = await owner.OpenConnectionAsync();
        await connection.ExecuteAsync($"""
            update app.settings set value = 'Illustrative' where key = 'tariff.programme';
            create or replace function app.now() returns timestamptz language sql stable
              return now() + (timestamptz '{GivenLines.Today:yyyy-MM-dd} 12:00+05' - date_trunc('day', now()));
            """);
    }

    /// <returns>The upload, brought to its end.</returns>
    public async Task<UploadProgress> RunAsync(Stream file)
    {
        var organisation = OrganisationId.New();
        var actor = new Actor(null, organisation.Value, null, "preparer", "bench", null);
        var digits = Guid.CreateVersion7().ToString("N");
        await db.ExecuteAsync(
            """
            insert into organisations (organisation_id, slug, kind, bin, number_hash, name_kk, name_ru, region_kato, address, contact_name, contact_email, contact_phone, activities)
            values (@organisation, @slug, 'company', @bin, sha256(convert_to(@slug, 'UTF8')), 'Сынақ', 'Проба', '750000000', '-', '-', '-', '-', '{producer}')
            """,
            new { organisation, slug = digits[^10..], bin = (Math.Abs(digits.GetHashCode(StringComparison.Ordinal)) % 1_000_000_000L).ToString("D12", System.Globalization.CultureInfo.InvariantCulture) },
            CancellationToken.None);
        var created = (CreateOutcome.Created)await new DeclarationService(db).CreateAsync(organisation, new NewDeclaration.ForPeriod(Period.OfQuarter(2026, 3)), actor, CancellationToken.None);
        var key = new DeclarationKey(organisation, created.Number);
        var queued = (UploadOutcome.Queued)await new UploadService(db).ReceiveAsync(key, new NewUpload("list.csv", UploadKind.Csv, UploadMode.Replace), file, actor, CancellationToken.None);
        await new ImportUploads(db, tariffs).RunOneAsync(queued.UploadId, CancellationToken.None);
        return await new UploadStatus(db).GetAsync(organisation, queued.UploadId, CancellationToken.None) is { State: UploadState.Done } done
            ? done
            : throw new InvalidOperationException("The file was not taken in.");
    }
}
