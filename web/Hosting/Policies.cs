using EwasteEpr.Organisations;
using Microsoft.AspNetCore.Authorization;

namespace EwasteEpr.Web.Hosting;

/// <summary>What each policy name means. Where an endpoint names none, nobody may.</summary>
public static class Policies
{
    /// <summary>Policy -> the platform roles that pass it.</summary>
    private static readonly Dictionary<string, string[]> Platform = new(StringComparer.Ordinal)
    {
        [PolicyNames.OperatorPreparer] = [PlatformRole.OperatorPreparer],
        [PolicyNames.OperatorApprover] = [PlatformRole.OperatorApprover],
        [PolicyNames.AnyOperator] = [PlatformRole.OperatorPreparer, PlatformRole.OperatorApprover],
        [PolicyNames.DeclarationReader] = [PlatformRole.OperatorPreparer, PlatformRole.OperatorApprover, PlatformRole.Inspector],
        [PolicyNames.Inspector] = [PlatformRole.Inspector],
        [PolicyNames.FigureReader] = [PlatformRole.OperatorPreparer, PlatformRole.OperatorApprover, PlatformRole.Inspector, PlatformRole.Akimat],
        [PolicyNames.CaseReader] = [PlatformRole.OperatorPreparer, PlatformRole.OperatorApprover, PlatformRole.Inspector, PlatformRole.Akimat],
        [PolicyNames.RegionReader] = [PlatformRole.Inspector, PlatformRole.Akimat],
    };

    /// <summary>Policy -> the roles in the organisation that pass it.</summary>
    private static readonly Dictionary<string, string[]> Organisation = new(StringComparer.Ordinal)
    {
        [PolicyNames.OrgMember] = [.. OrganisationRole.All],
        [PolicyNames.OrgOwner] = [OrganisationRole.Owner],
        [PolicyNames.OrgPreparer] = [OrganisationRole.Preparer],
        [PolicyNames.OrgSignatory] = [OrganisationRole.Signatory],
        [PolicyNames.OrgAccountant] = [OrganisationRole.Accountant],
        [PolicyNames.OrgPayer] = [OrganisationRole.Accountant, OrganisationRole.Signatory, OrganisationRole.Owner],
        [PolicyNames.OrgReader] = [OrganisationRole.Preparer, OrganisationRole.Signatory, OrganisationRole.Accountant, OrganisationRole.Owner, OrganisationRole.Viewer, OrganisationRole.Developer],
        [PolicyNames.OrgDeveloper] = [OrganisationRole.Developer, OrganisationRole.Owner],
        [PolicyNames.OrgPointDesk] = [OrganisationRole.PointStaff, OrganisationRole.Owner],
        [PolicyNames.OrgPointStaff] = [OrganisationRole.PointStaff],
        [PolicyNames.OrgCashier] = [OrganisationRole.Cashier],
        [PolicyNames.OrgMerchant] = [OrganisationRole.Cashier, OrganisationRole.Accountant, OrganisationRole.Owner, OrganisationRole.Viewer],
        [PolicyNames.OrgRecyclerStaff] = [OrganisationRole.RecyclerStaff],
        [PolicyNames.OrgSiteReader] = [OrganisationRole.Owner, OrganisationRole.Preparer, OrganisationRole.Signatory, OrganisationRole.RecyclerStaff, OrganisationRole.Viewer],
        [PolicyNames.OrgSiteKeeper] = [OrganisationRole.Owner, OrganisationRole.Preparer],
        [PolicyNames.OrgAuditor] = [OrganisationRole.Owner, OrganisationRole.Preparer, OrganisationRole.Signatory],
        [PolicyNames.OrgRecyclerReader] = [OrganisationRole.RecyclerStaff, OrganisationRole.Signatory, OrganisationRole.Owner, OrganisationRole.Viewer],
        [PolicyNames.OrgCarrier] = [OrganisationRole.Owner, OrganisationRole.Preparer, OrganisationRole.Signatory],
        [PolicyNames.OrgMarket] = [OrganisationRole.Signatory, OrganisationRole.Preparer, OrganisationRole.Accountant, OrganisationRole.Owner, OrganisationRole.Viewer, OrganisationRole.RecyclerStaff],
    };

    /// <summary>Policy -> the scope an API key must have.</summary>
    private static readonly Dictionary<string, string> Api = new(StringComparer.Ordinal)
    {
        [PolicyNames.ApiDeclarationsRead] = ApiScope.DeclarationsRead,
        [PolicyNames.ApiDeclarationsWrite] = ApiScope.DeclarationsWrite,
        [PolicyNames.ApiDeclarationsSubmit] = ApiScope.DeclarationsSubmit,
        [PolicyNames.ApiPaymentsRead] = ApiScope.PaymentsRead,
        [PolicyNames.ApiPaymentsWrite] = ApiScope.PaymentsWrite,
        [PolicyNames.ApiVouchersRead] = ApiScope.VouchersRead,
        [PolicyNames.ApiVouchersRedeem] = ApiScope.VouchersRedeem,
        [PolicyNames.ApiMarketOffer] = ApiScope.MarketOffer,
        [PolicyNames.ApiEvidenceRead] = ApiScope.EvidenceRead,
        [PolicyNames.ApiEvidenceWrite] = ApiScope.EvidenceWrite,
        [PolicyNames.ApiWebhooksWrite] = ApiScope.WebhooksWrite,
        [PolicyNames.ApiBatchesWrite] = ApiScope.BatchesWrite,
        [PolicyNames.ApiWeighInsWrite] = ApiScope.WeighInsWrite,
    };

    public static IServiceCollection AddPolicies(this IServiceCollection services)
    {
        var builder = services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder(SessionAuthentication.Scheme).RequireAssertion(_ => false).Build())
            .SetDefaultPolicy(new AuthorizationPolicyBuilder(SessionAuthentication.Scheme).RequireAssertion(_ => false).Build())
            .AddPolicy(PolicyNames.SignedIn, policy => policy.AddAuthenticationSchemes(SessionAuthentication.Scheme).RequireAuthenticatedUser());
        foreach (var (name, roles) in Platform)
        {
            builder.AddPolicy(name, policy => policy.AddAuthenticationSchemes(SessionAuthentication.Scheme).RequireAuthenticatedUser().RequireClaim(PersonClaims.Platform, roles));
        }

        foreach (var (name, roles) in Organisation)
        {
            builder.AddPolicy(name, policy => policy.AddAuthenticationSchemes(SessionAuthentication.Scheme).RequireAuthenticatedUser().AddRequirements(new OrganisationRequirement(roles)));
        }

        foreach (var (name, scope) in Api)
        {
            builder.AddPolicy(name, policy => policy.AddAuthenticationSchemes(ApiKeyAuthentication.Scheme).RequireAuthenticatedUser().RequireClaim(PersonClaims.Scope, scope));
        }

        builder.AddPolicy(PolicyNames.PointStaff, policy => policy.AddAuthenticationSchemes(SessionAuthentication.Scheme).RequireAuthenticatedUser().AddRequirements(new WorkplaceRequirement(OrganisationRole.PointStaff)));
        builder.AddPolicy(PolicyNames.PairedDevice, policy => policy.AddAuthenticationSchemes(DeviceAuthentication.Scheme).RequireAuthenticatedUser());
        services.AddScoped<IAuthorizationHandler, OrganisationAuthorisation>().AddScoped<IAuthorizationHandler, WorkplaceAuthorisation>();
        return services.AddSingleton<IAuthorizationMiddlewareResultHandler, AuthorisationAnswers>();
    }

    /// <summary>The platform roles that one of these policies asks for, in order.</summary>
    internal static IEnumerable<string> PlatformRolesOf(IEnumerable<string?> policies) => policies.OfType<string>().SelectMany(policy => Platform.GetValueOrDefault(policy, []));
}
