using System.Security.Cryptography;
using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using EwasteEpr.Organisations;
using EwasteEpr.Signatures;
using EwasteEpr.Signatures.Demo;

namespace EwasteEpr.Tests.Declarations;

/// <summary>A declaration under an electronic signature: real keys over the canonical file, by an authority of the test.</summary>
public sealed class SignedSubmissionTests(GivenDeclarations given) : IClassFixture<GivenDeclarations>, IDisposable
{
    private static readonly Secrets Secrets = new(new byte[32]);
    private readonly InventedAuthority authority = new(TimeProvider.System.GetUtcNow());

    public void Dispose() => authority.Dispose();

    [Fact]
    public async Task Submit_UnderTheHeadsSignature_BecomesFinalWithIt_Once()
    {
        var scene = await SceneAsync();
        var cms = await SignatureAsync(scene, Head(scene));
        var done = Assert.IsType<SubmitOutcome.Submitted>(await Signed.SubmitAsync(scene.Key, scene.Revision, cms, scene.Actor, default));

        var detail = (await given.Declarations.GetAsync(scene.Key, null, default))!;
        var subject = new SignedSubject(SignedSubject.DeclarationVersion, detail.DeclarationId, 1);
        var kept = (await Signing.FindAsync(subject, scene.Key.Organisation, default))!;
        Assert.Equal(("Гүлнар Қалиева", "Head", done.Receipt.Sha256), (kept.SignerName, kept.SignerRole, kept.Sha256));
        Assert.Equal(cms, await Signing.CmsAsync(subject, scene.Key.Organisation, default));
        Assert.Null(await Signing.FindAsync(subject, OrganisationId.New(), default));

        Assert.IsType<SubmitOutcome.AlreadySubmitted>(await Signed.SubmitAsync(scene.Key, scene.Revision, cms, scene.Actor, default));
        Assert.Equal(1, await given.ScalarAsync<long>("select count(*) from signatures where subject_id = @Id", subject));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Refusals_LeaveTheDraftAsItWas()
    {
        var scene = await SceneAsync();
        await RefusedAsync(SignatureFault.OtherOrganisation, Head(scene) with { OrganisationNumber = "040340008429" });
        await RefusedAsync(SignatureFault.RoleNotEnough, Head(scene) with { Role = SignerRole.Employee });
        await RefusedAsync(SignatureFault.KeyForSigningIn, Head(scene) with { IsForSigningIn = true });
        await RefusedAsync(SignatureFault.OtherOrganisation, new InventedHolder("Темірхан", null, SignerRole.Person) { PersonNumber = "851308587428" });

        async Task RefusedAsync(SignatureFault fault, InventedHolder holder)
        {
            var refused = Assert.IsType<SubmitOutcome.SignatureRefused>(await Signed.SubmitAsync(scene.Key, scene.Revision, await SignatureAsync(scene, holder), scene.Actor, default));
            Assert.Equal(fault, refused.Fault);
            Assert.Equal(1, (await given.Declarations.GetAsync(scene.Key, null, default))!.DraftVersion);
            Assert.Equal(0, await given.ScalarAsync<long>("select count(*) from signatures where organisation_id = @Organisation", scene.Key));
        }
    }

    [Fact]
    public async Task DraftThatChangedAfterSigning_IsNotSubmittedUnderTheOldSignature()
    {
        var scene = await SceneAsync();
        var cms = await SignatureAsync(scene, Head(scene));
        await given.LineAsync(scene.Key, given.Line("0108", "51"));
        var revision = await given.ScalarAsync<long>("select draft_revision from declarations where organisation_id = @Organisation and number = @Number", scene.Key);
        var refused = Assert.IsType<SubmitOutcome.SignatureRefused>(await Signed.SubmitAsync(scene.Key, revision, cms, scene.Actor, default));
        Assert.Equal(SignatureFault.OtherBytes, refused.Fault);
    }

    [Fact]
    public async Task WhereTheOperatorWantsASignature_ASignInIsNotEnough()
    {
        var scene = await SceneAsync();
        await given.Database.ExecuteAsOwnerAsync("update app.settings set value = 'No' where key = 'signing.reauthentication'");
        try
        {
            var revision = (await given.Submission.CheckAsync(scene.Key, scene.Actor, default))!.Revision; // whatever setting changed, prices are looked at again
            Assert.IsType<SubmitOutcome.SignatureNeeded>(await given.Submission.SubmitAsync(scene.Key, revision, scene.Actor, default));
            Assert.IsType<SubmitOutcome.Submitted>(await Signed.SubmitAsync(scene.Key, revision, await SignatureAsync(scene, Head(scene)), scene.Actor, default));
        }
        finally
        {
            await given.Database.ExecuteAsOwnerAsync("update app.settings set value = 'Yes' where key = 'signing.reauthentication'");
        }
    }

    private DocumentSigning Signing => new(given.Db, Secrets, new OrganisationService(given.Db, Secrets, new Outbox(given.Db, Secrets)), new CmsVerifier(authority.Trust, TimeProvider.System));

    private SignedSubmission Signed => new(given.Db, given.Submission, Signing);

    private static InventedHolder Head(Scene scene) => new("Гүлнар Қалиева", scene.Number, SignerRole.Head);

    private async Task<byte[]> SignatureAsync(Scene scene, InventedHolder holder)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = authority.Issue(holder, now.AddDays(-1), now.AddDays(1));
        var content = (await Signed.BytesAsync(scene.Key, default))!.Value;
        Assert.NotEqual(new byte[32], SHA256.HashData(content.Span));
        return InventedAuthority.Sign(certificate, content.Span);
    }

    private async Task<Scene> SceneAsync()
    {
        var key = await given.DraftAsync();
        await given.LineAsync(key);
        // The fixture's organisations carry a made-up hash: give this one the hash of a number that a certificate can name.
        var number = $"{RandomNumberGenerator.GetInt32(10, 99)}1140{RandomNumberGenerator.GetInt32(10_000, 99_999)}";
        var bin = Enumerable.Range(0, 10).Select(digit => number + digit).First(text => text.Length == 12 && Bin.Check(text, out _) == BinCheck.Valid);
        var hash = new OrganisationService(given.Db, Secrets, new Outbox(given.Db, Secrets)).NumberHash(Bin.Parse(bin));
        await given.Db.ExecuteAsync("update organisations set number_hash = @hash where organisation_id = @Organisation", new { hash, key.Organisation }, default);
        var actor = GivenDeclarations.Person(key.Organisation) with { UserId = await given.ScalarAsync<Guid>("insert into people (user_name, email, name) values (@name, @name || '@example.kz', 'Гүлнар') returning person_id", new { name = $"signer-{Guid.CreateVersion7():N}" }) };
        var report = (await given.Submission.CheckAsync(key, actor, default))!;
        return new Scene(key, bin, report.Revision, actor);
    }

    private sealed record Scene(DeclarationKey Key, string Number, long Revision, Actor Actor);
}
