using System.Security.Cryptography.X509Certificates;

namespace EwasteEpr.Signatures;

/// <summary>Reads who holds a certificate of the national profile: BIN in an organisational unit, IIN in the serial number of the subject, the role as a purpose.</summary>
internal static class CertificateReading
{
    private const string OrganisationalUnit = "2.5.4.11";
    private const string SubjectSerialNumber = "2.5.4.5";
    private const string CommonName = "2.5.4.3";
    private const string Surname = "2.5.4.4";
    private const string GivenName = "2.5.4.42";
    private const string Roles = "1.2.398.3.3.4.1.2";
    private const string NaturalPerson = "1.2.398.3.3.4.1.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string SecureMail = "1.3.6.1.5.5.7.3.4";

    public static Signer Read(X509Certificate2 certificate, string algorithm)
    {
        var names = certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false)
            .Where(name => !name.HasMultipleElements)
            .Select(name => (Type: name.GetSingleElementType().Value, Value: name.GetSingleElementValue() ?? ""))
            .ToList();
        var purposes = Purposes(certificate);
        return new Signer(
            // The second name stands where other countries keep the given name.
            string.Join(' ', new[] { First(CommonName) ?? First(Surname), First(GivenName) }.Where(part => part is not null)),
            After("BIN", OrganisationalUnit),
            After("IIN", SubjectSerialNumber),
            RoleOf(purposes),
            certificate.SerialNumber,
            certificate.IssuerName.Name,
            new DateTimeOffset(certificate.NotAfter.ToUniversalTime()),
            algorithm,
            ByService: false);

        string? First(string type) => names.FirstOrDefault(name => name.Type == type).Value;

        string? After(string prefix, string type) => names
            .Where(name => name.Type == type && name.Value.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => name.Value[prefix.Length..])
            .FirstOrDefault();
    }

    /// <summary>The authority gives every holder two keys; the one for signing in is not for documents.</summary>
    public static bool IsForSigningIn(X509Certificate2 certificate)
    {
        var purposes = Purposes(certificate);
        return purposes.Contains(ClientAuthentication) && !purposes.Contains(SecureMail);
    }

    public static SignerRole RoleOf(HashSet<string> purposes) =>
        purposes.Contains(Roles + ".1") ? SignerRole.Head
        : purposes.Contains(Roles + ".2") ? SignerRole.Signatory
        : purposes.Contains(Roles + ".3") ? SignerRole.FinanceSignatory
        : purposes.Contains(Roles) || !purposes.Contains(NaturalPerson) ? SignerRole.Employee
        : SignerRole.Person;

    private static HashSet<string> Purposes(X509Certificate2 certificate) => certificate.Extensions
        .OfType<X509EnhancedKeyUsageExtension>()
        .SelectMany(usage => usage.EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>())
        .Select(oid => oid.Value!)
        .ToHashSet(StringComparer.Ordinal);
}
