"""Names the site of the admin. Apart from it, because this is read before there are models."""

from django.contrib.admin.apps import AdminConfig


class ClinicAdminConfig(AdminConfig):
    default_site = "clinic.site.ClinicAdminSite"
