using System.Xml.Linq;
using EwasteEpr.Kernel;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;

namespace EwasteEpr.Web.Hosting;

/// <summary>The keys that web nodes share (antiforgery, short-lived cookies) are rows, sealed with the installation's key.</summary>
public sealed class DataProtectionKeys(Db db, Secrets secrets) : IXmlRepository
{
    private const string Purpose = "data-protection";

    private const string AllSql = "select friendly_name, xml_sealed from data_protection_keys order by created_at, friendly_name limit 1000";

    private const string StoreSql = """
        insert into data_protection_keys (friendly_name, xml_sealed) values (@friendlyName, @xmlSealed)
        on conflict (friendly_name) do nothing
        """;

    // The framework's interface is synchronous; it asks at start and once a day.
    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. db.QueryAsync<KeyRow>(AllSql, null, CancellationToken.None).GetAwaiter().GetResult().Select(row => XElement.Parse(secrets.OpenText(Purpose, row.XmlSealed)))];

    public void StoreElement(XElement element, string friendlyName)
    {
        ArgumentNullException.ThrowIfNull(element);
        var text = element.ToString(SaveOptions.DisableFormatting);
        db.ExecuteAsync(StoreSql, new { friendlyName, xmlSealed = secrets.Seal(Purpose, text) }, CancellationToken.None).GetAwaiter().GetResult();
    }

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<DataProtectionKeys>();
        services.AddDataProtection().SetApplicationName("EwasteEpr");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider =>
            new ConfigureOptions<KeyManagementOptions>(options => options.XmlRepository = provider.GetRequiredService<DataProtectionKeys>()));
    }

    private sealed record KeyRow(string FriendlyName, byte[] XmlSealed);
}
